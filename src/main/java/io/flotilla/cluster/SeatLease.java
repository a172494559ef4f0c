package io.flotilla.cluster;

import akka.actor.Cancellable;
import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.LeaseUsageSettings;
import akka.coordination.lease.javadsl.Lease;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster.Seat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import scala.concurrent.duration.FiniteDuration;

/**
 * The right to run what is to run once in the cluster, and has nothing of its own that would keep a
 * second one from doing harm: a node has it while it has its seat.
 *
 * <p>A node that is cut off doesn't hear that it lost its seat. So it also gives up the right when
 * it has not heard of a Raft leader for a while, which is sooner than the leader takes the seat.
 * All uses of one node share its seat, whatever their names.
 */
public final class SeatLease extends Lease {
  /** Shorter than {@link FailureDetector#PATIENCE}, with room for a look that comes late. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final LeaseSettings settings;
  private final ExtendedActorSystem system;
  private final ReplicatedLog log;
  private final long uid;
  private Cancellable looks = Cancellable.alreadyCancelled();

  /** How Akka's singletons and sharding are made to use it. */
  public static LeaseUsageSettings usage() {
    return new LeaseUsageSettings(
        "akka.coordination.seat-lease", FiniteDuration.fromNanos(LOOK.toNanos()));
  }

  /** Instantiated by Akka, by name. */
  public SeatLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.system = system;
    this.log = ReplicatedLog.get(system);
    this.uid = Cluster.get(system).selfUniqueAddress().longUid();
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return acquire(lost -> {});
  }

  /** Not by what this node has heard already: by what is in the log at this moment. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return log.catchUp().thenApply(caughtUp -> checkLease() && begin(lost));
  }

  private synchronized boolean begin(Consumer<Optional<Throwable>> lost) {
    looks.cancel();
    looks =
        system
            .scheduler()
            .scheduleWithFixedDelay(LOOK, LOOK, () -> look(lost), system.dispatcher());
    return true;
  }

  private synchronized void look(Consumer<Optional<Throwable>> lost) {
    if (!looks.isCancelled() && !checkLease()) {
      looks.cancel();
      lost.accept(Optional.empty());
    }
  }

  @Override
  public synchronized CompletionStage<Boolean> release() {
    looks.cancel();
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public boolean checkLease() {
    Seat seat = log.seats().roster().seatOf(uid);
    return seat != null && seat.isIn() && log.leaderContactMillis() < SILENCE.toMillis();
  }
}
