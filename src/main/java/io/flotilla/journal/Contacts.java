package io.flotilla.journal;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a node without a group may ask for one, besides its seeds: addresses of Akka, by the
 * settings or by an invitation. Who listens there it learns by asking.
 */
final class Contacts {
  /** Of a group that invites: some of its members will do. */
  static final int MOST = 16;

  private final List<String> configured;
  private final Set<String> invited = new LinkedHashSet<>();
  private String leader = "";

  Contacts(List<String> configured) {
    this.configured = List.copyOf(configured);
  }

  /** Others say so; empty if they don't know. */
  synchronized void leaderIsAt(String address) {
    leader = address.isEmpty() ? leader : address;
  }

  /** Adds those that fit. */
  synchronized void invitedTo(Collection<String> addresses) {
    for (String address : addresses) {
      if (invited.size() < MOST) {
        invited.add(address);
      }
    }
  }

  synchronized List<String> addresses() {
    Set<String> all = new LinkedHashSet<>(configured);
    all.addAll(invited);
    if (!leader.isEmpty()) {
      all.add(leader);
    }
    return List.copyOf(all);
  }

  /** Whether an operator has told this node to join a group, so that it may not form one. */
  synchronized boolean areGiven() {
    return !configured.isEmpty() || !invited.isEmpty();
  }
}
