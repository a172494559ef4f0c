package io.flotilla.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import io.flotilla.entity.Quota;
import io.flotilla.entity.Refusal;
import io.flotilla.journal.ReplicatedLog;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Compares what is stored with the smallest quota of all members, since each has to hold all of it.
 * A member announces its own as a role ({@code quota-BYTES}). Once it is nearly reached, nothing
 * may grow until a tenth of it is free again; nor while the disk of any member is nearly full.
 */
final class StoreQuota implements Quota {
  private static final String ROLE = "quota-";
  static final long SMALLEST = 1L << 20;

  /**
   * The most that one request may add. With less free, some are already refused: the alarm is due.
   */
  private static final long REQUEST = 1L << 20;

  /** Heap that a node needs even with nothing stored. */
  private static final long NODE = 96L << 20;

  /**
   * Bytes of heap per stored byte at worst, on the node where its namespace lives: see
   * docs/decisions/0023-quota.md.
   */
  private static final int TIMES_IN_HEAP = 4;

  private final LongSupplier stored;
  private final LongSupplier limit;
  private final Supplier<Set<String>> lowDisks;
  private final Occupation occupation;
  private volatile boolean alarm;

  /** Records what an entity's state occupies. */
  @FunctionalInterface
  interface Occupation {
    void occupies(String persistenceId, long bytes);
  }

  /**
   * @param lowDisks members whose disk is nearly full
   */
  StoreQuota(
      LongSupplier stored,
      LongSupplier limit,
      Supplier<Set<String>> lowDisks,
      Occupation occupation) {
    this.stored = stored;
    this.limit = limit;
    this.lowDisks = lowDisks;
    this.occupation = occupation;
  }

  /**
   * @param own this node's
   * @param lowDisks members whose disk is nearly full
   */
  static StoreQuota of(
      ActorSystem<?> system, ReplicatedLog log, long own, Supplier<Set<String>> lowDisks) {
    Cluster cluster = Cluster.get(system);
    return new StoreQuota(log::storedBytes, new Smallest(cluster, own), lowDisks, log::occupies);
  }

  /** The quota that fits a heap of this size. */
  static long fitting(long heapBytes) {
    return Math.max(SMALLEST, (heapBytes - NODE) / TIMES_IN_HEAP);
  }

  static String role(long quota) {
    return ROLE + quota;
  }

  /** Asked for each batch, but found anew only when the cluster has changed. */
  private static final class Smallest implements LongSupplier {
    private record Known(CurrentClusterState of, long quota) {}

    private final Cluster cluster;
    private final long own;
    private volatile Known known = new Known(null, 0);

    Smallest(Cluster cluster, long own) {
      this.cluster = cluster;
      this.own = own;
    }

    @Override
    public long getAsLong() {
      CurrentClusterState now = cluster.state();
      Known latest = known;
      if (latest.of() != now) {
        latest = new Known(now, smallest(now, own));
        known = latest;
      }
      return latest.quota();
    }
  }

  private static long smallest(CurrentClusterState state, long own) {
    long smallest = own;
    for (Member member : state.getMembers()) {
      for (String role : member.getRoles()) {
        if (role.startsWith(ROLE)) {
          smallest = Math.min(smallest, Long.parseLong(role.substring(ROLE.length())));
        }
      }
    }
    return smallest;
  }

  @Override
  public Room room() {
    Usage usage = usage();
    if (!usage.lowDisks().isEmpty()) {
      return new Room(0, diskLow(usage.lowDisks()));
    }
    return Room.inMemory(usage.alarm() ? 0 : usage.quota() - usage.bytes());
  }

  private static Refusal diskLow(Set<String> nodes) {
    return new Refusal(
        "disk-low",
        "Nearly full is the disk of "
            + String.join(", ", new TreeSet<>(nodes))
            + " (flotilla.store.min-free-disk); nothing was changed. Reads, deletions and renewals go"
            + " on: make room on that disk, or remove the member.");
  }

  @Override
  public void occupies(String persistenceId, long bytes) {
    occupation.occupies(persistenceId, bytes);
  }

  /**
   * The state at one moment.
   *
   * @param alarm whether growth is refused, as the quota is reached
   * @param lowDisks members whose disk is nearly full: then it is refused, too
   */
  record Usage(long bytes, long quota, boolean alarm, Set<String> lowDisks) {}

  Usage usage() {
    long bytes = stored.getAsLong();
    long quota = limit.getAsLong();
    if (bytes >= quota - Math.min(REQUEST, quota / 20)) {
      alarm = true;
    } else if (bytes < quota - quota / 10) {
      alarm = false;
    }
    return new Usage(bytes, quota, alarm, lowDisks.get());
  }
}
