package io.flotilla.journal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.util.MD5FileUtil;
import org.pcollections.HashPMap;

/**
 * Changes the state stored by a stopped member in a way that no checksum can detect, as a bug in
 * the program would.
 */
public final class Corruption {
  private Corruption() {}

  /** Whether the member has written a checkpoint yet. */
  public static boolean isPossible(Path data) throws IOException {
    return !checkpoints(data).isEmpty();
  }

  /** Changes the last event of each persistence id in the newest checkpoint. */
  public static void changeLastEvents(Path data) throws IOException {
    List<Path> all = checkpoints(data);
    Path newest = all.get(all.size() - 1);
    LogState state;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(newest))) {
      state = StateFormat.read(in, newest.toString());
    }
    HashPMap<String, EntityLog> entities = state.entities();
    for (var e : state.entities().entrySet()) {
      EntityLog log = e.getValue();
      if (log.events().size() > 0) {
        entities = entities.plus(e.getKey(), altered(log));
      }
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(newest))) {
      StateFormat.write(new LogState(entities, state.roster()), out);
    }
    MD5FileUtil.saveMD5File(newest.toFile(), MD5FileUtil.computeMd5ForFile(newest.toFile()));
  }

  /** The same sequence numbers with different content, so that the log can continue. */
  private static EntityLog altered(EntityLog log) {
    EventRun run = EventRun.deletedTo(log.events().first() - 1);
    for (long n = log.events().first(); n <= log.events().highest(); n++) {
      byte[] event = log.events().get(n).clone();
      if (n == log.events().highest()) {
        event[event.length - 1] ^= 1;
      }
      run = run.append(List.of(event));
    }
    return new EntityLog(
        log.epoch(), log.claimId(), run, log.snapshots(), log.upload(), log.stateBytes());
  }

  private static List<Path> checkpoints(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }
}
