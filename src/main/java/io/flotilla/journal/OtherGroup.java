package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.IAm;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether, beside this node's group, one of another life of the cluster runs ({@link Generation}):
 * a disk was recovered while others were only cut off. {@link GroupCheck} ends a node that starts
 * into that. If both groups run already, neither node knows what its own is worth, and clients may
 * rely on either; so an operator has to choose, and this raises the alarm.
 *
 * <p>Thread-safe; nothing here blocks.
 */
final class OtherGroup {
  private static final Logger LOGGER = LoggerFactory.getLogger(OtherGroup.class);
  static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final long ASK_MILLIS = 2000;
  private static final Duration FORGET = INTERVAL.multipliedBy(6);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final Members members;
  private final PeerLink link;
  private final LongSupplier nanoTime;

  /** What this node says of itself; null while it has no identity. */
  private final Supplier<IAm> self;

  private final Map<String, Heard> others = new ConcurrentHashMap<>();
  private boolean reported;
  private long reportedNanos;

  private record Heard(long generation, long nanos) {}

  OtherGroup(Members members, PeerLink link, Supplier<IAm> self, LongSupplier nanoTime) {
    this.members = members;
    this.link = link;
    this.self = self;
    this.nanoTime = nanoTime;
  }

  /** To be called every {@link #INTERVAL}, by one thread. */
  void look() {
    for (Seed seed : members.others()) {
      link.ask(seed.id(), PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS)
          .thenAccept(
              answer -> {
                if (answer != null && heard(answer)) {
                  // It may not have this node's address, and so never ask.
                  link.send(seed.id(), self.get());
                }
              });
    }
    Optional<String> alarm = alarm();
    long now = nanoTime.getAsLong();
    if (alarm.isPresent() && (!reported || now - reportedNanos >= REPEAT.toNanos())) {
      reportedNanos = now;
      LOGGER.error("{}", alarm.get());
    }
    reported = alarm.isPresent();
  }

  /** {@return whether it is of another group of this cluster} */
  boolean heard(IAm other) {
    IAm own = self.get();
    boolean isOther =
        own != null
            && own.hasGroup()
            && other.hasGroup()
            && own.cluster().equals(other.cluster())
            && own.generation() != other.generation();
    if (isOther) {
      others.put(other.node(), new Heard(other.generation(), nanoTime.getAsLong()));
    } else {
      others.remove(other.node());
    }
    return isOther;
  }

  /** What is wrong and what to do, for operators; empty if all is well. */
  Optional<String> alarm() {
    long now = nanoTime.getAsLong();
    others.values().removeIf(heard -> now - heard.nanos() > FORGET.toNanos());
    if (others.isEmpty()) {
      return Optional.empty();
    }
    String who =
        others.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                e ->
                    e.getKey() + " (generation " + Generation.text(e.getValue().generation()) + ")")
            .collect(Collectors.joining(", "));
    return Optional.of(
        who
            + " runs another group of this cluster, recovered apart, beside this node's (generation "
            + Generation.text(self.get().generation())
            + "). Neither group has what the other one stores. Choose one; stop the nodes of the"
            + " other, move their data directories away, and start them again to join it.");
  }
}
