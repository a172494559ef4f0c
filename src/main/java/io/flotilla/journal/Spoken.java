package io.flotilla.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which version of {@link Roster#PROTOCOL} all members of the group understand. A member says it
 * with its seat, and is taken at its word also while it has none: what has once been used is in the
 * log, and an earlier version of Flotilla that came back could not read that anyway.
 */
final class Spoken {
  private final Supplier<RaftNode> node;
  private final Supplier<Roster> roster;

  /** By peer id; used by {@link #tick} only. */
  private final Map<String, Integer> said = new HashMap<>();

  private volatile int byAll = 1;

  /** {@code node} supplies null while this node isn't up. */
  Spoken(Supplier<RaftNode> node, Supplier<Roster> roster) {
    this.node = node;
    this.roster = roster;
  }

  /** Regularly, by one thread. */
  void tick() {
    RaftNode n = node.get();
    if (n != null) {
      Set<String> members = new HashSet<>();
      n.voters().forEach(members::addAll);
      roster
          .get()
          .seats()
          .values()
          .forEach(seat -> said.put(seat.who().peerId(), seat.who().protocol()));
      said.keySet().retainAll(members);
      byAll = members.stream().mapToInt(m -> said.getOrDefault(m, 1)).min().orElse(1);
    }
  }

  /** As of the last {@link #tick}. */
  int byAll() {
    return byAll;
  }
}
