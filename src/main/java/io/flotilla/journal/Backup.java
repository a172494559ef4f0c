package io.flotilla.journal;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pcollections.HashPMap;

/**
 * A file with all that the group stores, as it was at one index of the log: a state file that says
 * where it is from, without the members. Opening it checks all of it; what is large is left in it.
 */
public final class Backup implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final ColdFile file;
  private final StatePart.Origin origin;
  private final LogState state;

  private Backup(ColdFile file, StatePart.Origin origin, LogState state) {
    this.file = file;
    this.origin = origin;
    this.state = state;
  }

  /**
   * What a file has.
   *
   * @param cluster whose state it is
   * @param node that wrote the file
   * @param index of the log that the state is of
   * @param taken by the clock of that node
   * @param fileBytes the size of the file
   * @param kinds of what is stored, by name
   */
  public record Contents(
      String cluster,
      String node,
      long term,
      long index,
      Instant taken,
      long fileBytes,
      List<Kind> kinds) {}

  /** What there is of a kind, such as {@code KeySpace}: how many, and how large in all. */
  public record Kind(String name, int count, long bytes) {
    private Kind plus(Kind other) {
      return new Kind(name, count + other.count, bytes + other.bytes);
    }
  }

  /** Reads and checks a backup. Fails with a sentence for people if it isn't a whole one. */
  public static Contents inspect(Path file) throws IOException {
    try (Backup backup = open(file)) {
      StatePart.Origin origin = backup.origin;
      return new Contents(
          origin.cluster(),
          origin.node(),
          origin.term(),
          origin.index(),
          Instant.ofEpochMilli(origin.takenMillis()),
          Files.size(file),
          backup.kinds());
    }
  }

  private List<Kind> kinds() {
    Map<String, Kind> all = new TreeMap<>();
    state
        .entities()
        .forEach((id, log) -> all.merge(kind(id), new Kind(kind(id), 1, log.kept()), Kind::plus));
    return all.values().stream().sorted(Comparator.comparing(Kind::name)).toList();
  }

  /** Of an id such as {@code KeySpace|default}. */
  private static String kind(String persistenceId) {
    return persistenceId.replaceFirst("\\|.*", "");
  }

  static Backup open(Path path) throws IOException {
    try {
      checkWhole(path);
      ColdFile file = new ColdFile(path.toFile(), path.toString(), failure -> {});
      try (InputStream in = buffered(path)) {
        StateReader read = StateFormat.readAll(in, path.toString(), file);
        if (read.origin() == null) {
          throw new CorruptDataException(path + " is a node's own state file, and no backup");
        }
        return new Backup(file, read.origin(), read.done());
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new IOException(path + " doesn't exist", e);
    } catch (CorruptDataException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Before anything in it is believed. */
  private static void checkWhole(Path path) throws IOException {
    try (DataInputStream in = new DataInputStream(buffered(path))) {
      StateFormat.checkBeginning(in, path.toString());
    } catch (EOFException e) {
      throw new CorruptDataException(path + " isn't a state file of Flotilla");
    }
    if (StateFormat.md5IfWhole(path).isEmpty()) {
      throw new CorruptDataException(path + " is damaged or cut off: its checksum is wrong");
    }
  }

  private static InputStream buffered(Path path) throws IOException {
    return new BufferedInputStream(Files.newInputStream(path), BUFFER);
  }

  /** What of a state is for a backup: not who the members are, nor another restore. */
  static LogState contents(LogState state) {
    HashPMap<String, EntityLog> entities = state.entities();
    for (String id : state.entities().keySet()) {
      if (Staging.isOwn(id)) {
        entities = entities.minus(id);
      }
    }
    return new LogState(entities, Roster.EMPTY);
  }

  /**
   * The state that a log begins with which goes on after this index.
   *
   * @param kinds beginnings of ids that are told, also if only the log before has them
   */
  LogState state(Set<String> known, long logIndex, List<String> kinds) {
    Set<String> all = new HashSet<>(known);
    all.addAll(state.entities().keySet());
    HashPMap<String, EntityLog> told = state.entities();
    for (String id : all) {
      if (Staging.isOf(kinds, id)) {
        told = told.plus(id, state.entity(id).restored(logIndex));
      }
    }
    return new LogState(told, Roster.EMPTY);
  }

  StatePart.Origin origin() {
    return origin;
  }

  LogState state() {
    return state;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
