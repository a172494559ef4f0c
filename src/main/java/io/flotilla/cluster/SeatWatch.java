package io.flotilla.cluster;

import akka.actor.AbstractExtensionId;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.cluster.Cluster;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster.Seat;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at intervals whether this node still has its seat: once for all leases that rest on it,
 * which are one for each shard and singleton.
 */
final class SeatWatch implements Extension {
  private static final Logger LOGGER = LoggerFactory.getLogger(SeatWatch.class);

  static final Duration LOOK = Duration.ofMillis(200);

  /** Shorter than {@link FailureDetector#PATIENCE}, with room for a look that comes late. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final AbstractExtensionId<SeatWatch> ID =
      new AbstractExtensionId<>() {
        @Override
        public SeatWatch createExtension(ExtendedActorSystem system) {
          ReplicatedLog log = ReplicatedLog.get(system);
          long uid = Cluster.get(system).selfUniqueAddress().longUid();
          SeatWatch watch = new SeatWatch(() -> isHeld(log, uid));
          system.scheduler().scheduleWithFixedDelay(LOOK, LOOK, watch::look, system.dispatcher());
          return watch;
        }
      };

  private final BooleanSupplier held;

  /** What to do when the seat is lost, by lease. */
  private final Map<Object, Runnable> leases = new ConcurrentHashMap<>();

  static SeatWatch get(ExtendedActorSystem system) {
    return ID.get(system);
  }

  SeatWatch(BooleanSupplier held) {
    this.held = held;
  }

  private static boolean isHeld(ReplicatedLog log, long uid) {
    Seat seat = log.seats().roster().seatOf(uid);
    return seat != null && seat.isIn() && log.leaderContactMillis() < SILENCE.toMillis();
  }

  boolean isHeld() {
    return held.getAsBoolean();
  }

  /**
   * @param lost is run once, unless the lease is forgotten before
   */
  void watch(Object lease, Runnable lost) {
    leases.put(lease, lost);
  }

  void forget(Object lease) {
    leases.remove(lease);
  }

  void look() {
    try {
      if (!leases.isEmpty() && !isHeld()) {
        leases.forEach(this::lose);
      }
    } catch (RuntimeException e) {
      LOGGER.error("A look at this node's seat failed; another one follows", e);
    }
  }

  private void lose(Object lease, Runnable lost) {
    if (leases.remove(lease, lost)) {
      lost.run();
    }
  }
}
