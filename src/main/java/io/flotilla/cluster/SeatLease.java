package io.flotilla.cluster;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.LeaseUsageSettings;
import akka.coordination.lease.javadsl.Lease;
import io.flotilla.journal.ReplicatedLog;
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
  private final LeaseSettings settings;
  private final ReplicatedLog log;
  private final SeatWatch seat;

  /** How Akka's singletons and sharding are made to use it. */
  public static LeaseUsageSettings usage() {
    return new LeaseUsageSettings(
        "akka.coordination.seat-lease", FiniteDuration.fromNanos(SeatWatch.LOOK.toNanos()));
  }

  /** Instantiated by Akka, by name. */
  public SeatLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.log = ReplicatedLog.get(system);
    this.seat = SeatWatch.get(system);
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

  private boolean begin(Consumer<Optional<Throwable>> lost) {
    seat.watch(this, () -> lost.accept(Optional.empty()));
    return true;
  }

  @Override
  public CompletionStage<Boolean> release() {
    seat.forget(this);
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public boolean checkLease() {
    return seat.isHeld();
  }
}
