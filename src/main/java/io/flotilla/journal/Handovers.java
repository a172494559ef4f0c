package io.flotilla.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which ids have changed hands, as this member applies the log. It keeps a bounded number of steps
 * until somebody takes them; what comes on top is left out, as it is for people to look at. Nothing
 * is kept before the first who asks, as a start applies much that is long past.
 */
public final class Handovers {
  static final int MOST = 10_000;

  private final LongSupplier nanoTime;
  private final Deque<Handover> steps = new ArrayDeque<>();

  /** When those were claimed that nothing has been written to since. */
  private final Map<String, Long> unwritten =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  private volatile boolean followed;

  /** Whether a write may be a first one: most need not look any closer. */
  private volatile boolean awaited;

  Handovers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Those since the last call, in the order of the log. */
  public synchronized List<Handover> take() {
    followed = true;
    List<Handover> taken = new ArrayList<>(steps);
    steps.clear();
    return taken;
  }

  /** On the apply thread, after each entry. */
  void applied(long index, List<Command> commands, List<Reply> replies) {
    if (followed) {
      for (int i = 0; i < commands.size(); i++) {
        applied(index, commands.get(i), replies.get(i));
      }
    }
  }

  private void applied(long index, Command command, Reply reply) {
    if (command instanceof Command.Claim c) {
      // A repeat has the index of the first.
      if (reply instanceof Reply.Claimed claimed && claimed.epoch() == index) {
        claimed(c.persistenceId(), index);
      }
    } else if (awaited && command instanceof Command.Append a && reply instanceof Reply.Done) {
      written(a.persistenceId(), index);
    }
  }

  private synchronized void claimed(String persistenceId, long index) {
    long now = nanoTime.getAsLong();
    unwritten.put(persistenceId, now);
    awaited = true;
    add(new Handover.Claimed(persistenceId, index, now));
  }

  private synchronized void written(String persistenceId, long index) {
    Long claimedAt = unwritten.remove(persistenceId);
    if (claimedAt != null) {
      awaited = !unwritten.isEmpty();
      add(new Handover.Written(persistenceId, index, nanoTime.getAsLong(), claimedAt));
    }
  }

  private void add(Handover step) {
    if (steps.size() < MOST) {
      steps.add(step);
    }
  }
}
