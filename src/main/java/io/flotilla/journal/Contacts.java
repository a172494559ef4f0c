package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.IAm;
import io.flotilla.journal.PeerMessage.JoinAnswer;
import io.flotilla.journal.RaftNode.Member;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a node can ask that has no place in the group: the members and seeds it knows, and addresses
 * of Akka that it was given, by the settings or by an invitation. Who listens there it learns by
 * asking.
 */
final class Contacts {
  private static final Logger LOGGER = LoggerFactory.getLogger(Contacts.class);

  /** Of a group that invites: some of its members will do. */
  static final int MOST = 16;

  private static final long ASK_MILLIS = 1000;

  /** The leader may look for two seconds whether it can admit somebody. */
  private static final long ADMIT_MILLIS = 3000;

  private final JournalSettings settings;
  private final Members members;
  private final PeerLink link;
  private final Set<String> invited = new LinkedHashSet<>();
  private String leader = "";

  Contacts(JournalSettings settings, Members members, PeerLink link) {
    this.settings = settings;
    this.members = members;
    this.link = link;
  }

  /** Adds those that fit. */
  synchronized void invitedTo(Collection<String> addresses) {
    for (String address : addresses) {
      if (invited.size() < MOST) {
        invited.add(address);
      }
    }
  }

  /** The addresses at which an operator has told this node to join. */
  synchronized List<String> given() {
    Set<String> all = new LinkedHashSet<>(settings.join());
    all.addAll(invited);
    return List.copyOf(all);
  }

  /** Whether there are any; if so, this node may not form a group. */
  boolean areGiven() {
    return !given().isEmpty();
  }

  /** Of all. What this disk has of the log may be of long ago. */
  Set<String> addresses() {
    Set<String> addresses = new TreeSet<>(given());
    for (Seed other : members.others()) {
      if (other.clusterPort() != Members.UNKNOWN_PORT) {
        addresses.add(other.clusterAddress());
      }
    }
    synchronized (this) {
      if (!leader.isEmpty()) {
        addresses.add(leader);
      }
    }
    return addresses;
  }

  /**
   * Blocks. Whoever answers, by node.
   *
   * @param self this node's peer id
   */
  Map<String, IAm> whoTheyAre(String self) {
    Map<String, CompletableFuture<IAm>> asked = new TreeMap<>();
    for (Seed seed : members.others()) {
      asked.put(seed.id(), link.ask(seed.id(), PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS));
    }
    Map<String, CompletableFuture<IAm>> askedAt = new TreeMap<>();
    for (String address : given()) {
      askedAt.put(address, link.askAt(address, PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS));
    }
    Map<String, IAm> answers = new TreeMap<>();
    askedAt.forEach((address, answer) -> take(answers, null, address, answer.join()));
    asked.forEach((id, answer) -> take(answers, id, id, answer.join()));
    answers.values().removeIf(other -> other.peerId().equals(self));
    return answers;
  }

  /**
   * @param id whose address it is; null if that isn't known
   */
  private void take(Map<String, IAm> answers, String id, String where, IAm other) {
    if (other == null) {
      return;
    }
    boolean right = id == null || other.node().equals(id);
    if (right && other.cluster().equals(settings.clusterName())) {
      answers.put(other.node(), other);
    } else {
      LOGGER.warn(
          "The address given for {} belongs to node {} of cluster {}: ignored",
          where,
          other.node(),
          other.cluster());
    }
  }

  /** Blocks. Asks the leader to admit this node; returns why it isn't yet, or nothing. */
  String askForPlace(Member me) {
    List<CompletableFuture<JoinAnswer>> asked =
        addresses().stream()
            .map(
                address ->
                    link.askAt(
                        address,
                        nonce ->
                            new PeerMessage.Join(nonce, me, settings.clusterName(), areGiven()),
                        JoinAnswer.class,
                        ADMIT_MILLIS))
            .toList();
    awaitLeader(asked);
    String problem = "no other node answers";
    for (CompletableFuture<JoinAnswer> answer : asked) {
      JoinAnswer a = answer.getNow(null);
      if (a == null) {
        continue;
      }
      if (a.problem().isEmpty() || a.leads()) {
        return a.problem();
      }
      problem = a.problem();
      synchronized (this) {
        leader = a.leader().isEmpty() ? leader : a.leader();
      }
    }
    return problem;
  }

  /** Whoever is down isn't waited for then. */
  private static void awaitLeader(List<CompletableFuture<JoinAnswer>> asked) {
    CompletableFuture<Void> enough = new CompletableFuture<>();
    for (CompletableFuture<JoinAnswer> answer : asked) {
      answer.thenAccept(
          a -> {
            if (a != null && (a.problem().isEmpty() || a.leads())) {
              enough.complete(null);
            }
          });
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> enough.complete(null));
    enough.join();
  }
}
