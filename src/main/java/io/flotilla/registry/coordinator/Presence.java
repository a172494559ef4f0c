package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import io.flotilla.registry.Member;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which Flotilla nodes are there, judged by their table followers. */
final class Presence {
  /**
   * How often in a row the coordinator, which looks once a second, may miss a node before it takes
   * it for dead. While the coordinator itself is stopped it does not look, so that counts against
   * nobody.
   */
  static final int GRACE_LOOKS = 2;

  private final Roll roll;
  private final Map<ActorRef<ToFollower>, Member> known = new HashMap<>();
  private final Map<String, Integer> missed = new HashMap<>();
  private Set<ActorRef<ToFollower>> reachable = Set.of();

  Presence(Roll roll) {
    this.roll = roll;
  }

  Collection<ActorRef<ToFollower>> followers() {
    return reachable;
  }

  /** Returns those that are new. */
  List<ActorRef<ToFollower>> reachable(Set<ActorRef<ToFollower>> now) {
    List<ActorRef<ToFollower>> fresh = now.stream().filter(f -> !reachable.contains(f)).toList();
    reachable = Set.copyOf(now);
    return fresh;
  }

  void introduce(ActorRef<ToFollower> follower, Member member) {
    known.values().removeIf(m -> m.name().equals(member.name()));
    known.put(follower, member);
  }

  /** The nodes that are there, by name. */
  Map<String, Member> present() {
    Map<String, Member> present = new TreeMap<>();
    known.forEach(
        (follower, member) -> {
          if (reachable.contains(follower)) {
            present.put(member.name(), member);
            missed.remove(member.name());
          }
        });
    return present;
  }

  /** Another second of the coordinator's life is over. */
  void look() {
    outOfSight().forEach(name -> missed.merge(name, 1, Integer::sum));
  }

  /** Nodes that are out of sight, and have been for long enough. */
  List<String> absent() {
    return outOfSight()
        .filter(name -> missed.getOrDefault(name, 0) > GRACE_LOOKS)
        .sorted()
        .toList();
  }

  /** Nodes that have left for good; one that is still in sight is about to end. */
  List<String> gone() {
    Set<String> members = roll.members();
    Set<String> there = present().keySet();
    return roll.removed().stream()
        .filter(name -> !members.contains(name) && !there.contains(name))
        .sorted()
        .toList();
  }

  private Stream<String> outOfSight() {
    Set<String> there = present().keySet();
    return roll.members().stream().filter(name -> !there.contains(name));
  }
}
