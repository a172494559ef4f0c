package io.flotilla.journal;

import io.flotilla.async.Futures;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a {@link Backup} in the place of what a running group has: its parts go into the log one by
 * one, beside all other writes, and {@link Staging one more entry} decides. Commands are repeated
 * while there is no leader, as a repeat changes nothing.
 */
final class Restores {
  private static final Logger LOGGER = LoggerFactory.getLogger(Restores.class);

  /** Since when members can read these commands, see {@link Roster#PROTOCOL}. */
  static final int PROTOCOL = 4;

  /** Ids that are stored at the same time: most are small, and each takes a few entries. */
  private static final int AT_ONCE = 8;

  private static final int APPEND_BYTES = 256 << 10;

  /** How long the group may be without a leader. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long PAUSE_MILLIS = 200;

  private final Submitter submitter;
  private final IntSupplier protocol;
  private final LongSupplier nanoTime;
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * @param protocol what all members of the group understand
   */
  Restores(Submitter submitter, IntSupplier protocol, LongSupplier nanoTime) {
    this.submitter = submitter;
    this.protocol = protocol;
    this.nanoTime = nanoTime;
  }

  /**
   * Blocks until it is done; if it fails, nothing has changed, unless the outcome is unknown.
   *
   * @param kinds beginnings of the ids that are replaced; of others only those that are claimed for
   *     nobody are taken from the backup
   * @param room that there is beside what is stored: for a moment the log has both
   * @return the log index at which it was put in place
   */
  long restore(Path file, List<String> kinds, long room) {
    if (!busy.compareAndSet(false, true)) {
      throw new OverloadException("this node is restoring a backup already");
    }
    try (Backup backup = Backup.open(file)) {
      LogState state = backup.state();
      if (protocol.getAsInt() < PROTOCOL) {
        throw new OverloadException(
            "not all members run a version that can restore while the cluster runs");
      } else if (state.bytes() > room) {
        throw new OverloadException(
            "the backup takes "
                + state.bytes()
                + " bytes beside what is stored until it is in place, and there is room for "
                + Math.max(0, room));
      }
      return new Restore(state, kinds).run();
    } catch (IOException e) {
      throw new CorruptDataException(e.getMessage());
    } finally {
      busy.set(false);
    }
  }

  private final class Restore {
    private final UUID id = UUID.randomUUID();
    private final LogState backup;
    private final List<String> kinds;

    Restore(LogState backup, List<String> kinds) {
      this.backup = backup;
      this.kinds = kinds;
    }

    long run() {
      boolean done = false;
      try {
        write(new Command.Unstage(id)); // what another has left
        List<Callable<Void>> ids = new ArrayList<>();
        backup.entities().forEach((name, log) -> stageIfMeant(name, log, ids));
        stage(ids);
        LOGGER.info("A backup of {} ids is in the log, and is put in place now", ids.size());
        Reply reply = write(new Command.Restore(id, kinds, ids.size()));
        done = true;
        return ((Reply.Done) reply).index();
      } finally {
        if (!done) {
          submitter.write(new Command.Unstage(new UUID(0, 0)));
        }
      }
    }

    /** What is neither is the group's own, such as its coordinator's. */
    private void stageIfMeant(String name, EntityLog log, List<Callable<Void>> ids) {
      boolean mark = log.events().highest() == 0 && log.snapshots().isEmpty();
      if (Staging.isOf(kinds, name) || mark) {
        ids.add(() -> stage(name, log));
      }
    }

    private void stage(List<Callable<Void>> ids) {
      ExecutorService threads =
          Executors.newFixedThreadPool(AT_ONCE, Daemons.named("flotilla-log-restore"));
      try {
        for (Future<Void> each : threads.invokeAll(ids)) {
          each.get();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NoQuorumException("this node is stopping");
      } catch (ExecutionException e) {
        throw failure(e);
      } finally {
        threads.shutdownNow();
      }
    }

    private Void stage(String name, EntityLog log) {
      String staged = Staging.id(id, name);
      UUID claim = UUID.nameUUIDFromBytes(staged.getBytes(StandardCharsets.UTF_8));
      long epoch = ((Reply.Claimed) write(new Command.Claim(staged, claim))).epoch();
      long before = 0;
      if (!log.snapshots().isEmpty()) {
        StoredSnapshot newest = log.snapshots().get(log.snapshots().size() - 1);
        stage(staged, epoch, newest);
        before = newest.sequenceNr();
      }
      stage(staged, epoch, log.events(), before, log.stateBytes());
      return null;
    }

    private void stage(String staged, long epoch, StoredSnapshot s) {
      int chunk = 0;
      for (byte[] bytes : s.chunks()) {
        write(new Command.SnapshotChunk(staged, epoch, 0, s.timestamp(), chunk++, bytes));
      }
      int crc = EntityLog.crc(s.chunks());
      write(new Command.CommitSnapshot(staged, epoch, 0, s.timestamp(), chunk, crc));
    }

    /** An append of no events says what the state takes. */
    private void stage(String staged, long epoch, EventRun events, long before, long stateBytes) {
      List<byte[]> run = new ArrayList<>();
      long next = 1;
      int bytes = 0;
      for (long nr = Math.max(before + 1, events.first()); nr <= events.highest(); nr++) {
        byte[] event = events.get(nr);
        if (bytes + event.length > APPEND_BYTES && !run.isEmpty()) {
          write(new Command.Append(staged, epoch, next, run, stateBytes));
          next += run.size();
          run = new ArrayList<>();
          bytes = 0;
        }
        run.add(event);
        bytes += event.length;
      }
      write(new Command.Append(staged, epoch, next, run, stateBytes));
    }

    private Reply write(Command command) {
      long endsAt = nanoTime.getAsLong() + PATIENCE.toNanos();
      JournalException worst = null;
      while (true) {
        try {
          return granted(submitter.write(command).join());
        } catch (CompletionException e) {
          JournalException failure = failure(e);
          worst = worst instanceof OutcomeUnknownException ? worst : failure;
          if (nanoTime.getAsLong() - endsAt > 0) {
            throw worst;
          }
          pause();
        }
      }
    }
  }

  private static Reply granted(Reply reply) {
    if (reply instanceof Reply.Done || reply instanceof Reply.Claimed) {
      return reply;
    }
    throw new ChangeRefusedException(
        ChangeRefusedException.Reason.CHANGE_UNDER_WAY,
        "another restore has begun; nothing was changed by this one: " + reply);
  }

  private static JournalException failure(Throwable e) {
    Throwable cause = Futures.unwrap(e);
    if (cause instanceof JournalException failure) {
      return failure;
    }
    throw cause instanceof RuntimeException r ? r : new IllegalStateException(cause);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoQuorumException("this node is stopping");
    }
  }
}
