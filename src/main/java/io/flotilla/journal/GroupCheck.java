package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.IAm;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Whether the others are in the same life of the cluster as this disk ({@link Generation}). Raft
 * keeps the groups of two lives apart in any case; this says so, and ends the node that is outside,
 * before it serves anything.
 *
 * <p>A node of an earlier life gives way to a later one. Any node gives way to a group that has a
 * leader, since that one is serving.
 */
final class GroupCheck {
  private static final long ASK_MILLIS = 250;
  private static final Duration CONNECT = Duration.ofMillis(250);
  private static final int MOST_QUESTIONS = 12;

  private final JournalSettings settings;
  private final Members members;
  private final PeerLink link;
  private final Identity own;
  private final Map<String, CompletableFuture<IAm>> asked = new TreeMap<>();
  private final Map<String, Integer> unanswered = new TreeMap<>();
  private final Set<String> heardOf = new TreeSet<>();

  GroupCheck(JournalSettings settings, Members members, PeerLink link, Identity own) {
    this.settings = settings;
    this.members = members;
    this.link = link;
    this.own = own;
  }

  /**
   * To be called until it returns true: those that are running have answered, or haven't for long.
   * Asks everybody again as long as it is called. May block for some time.
   */
  boolean agree() throws UnreadableLogException {
    Collection<Seed> others = members.others();
    for (Seed seed : others) {
      CompletableFuture<IAm> answer = asked.get(seed.id());
      if (answer == null || answer.isDone()) {
        if (answer != null) {
          take(seed, answer.join());
        }
        asked.put(
            seed.id(), link.ask(seed.id(), PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS));
      }
    }
    return others.stream().allMatch(o -> heardOf.contains(o.id()));
  }

  private void take(Seed seed, IAm answer) throws UnreadableLogException {
    if (answer == null) {
      boolean givenUp = unanswered.merge(seed.id(), 1, Integer::sum) > MOST_QUESTIONS;
      if (!heardOf.contains(seed.id()) && (givenUp || refuses(seed))) {
        heardOf.add(seed.id());
      }
    } else if (answer.node().equals(seed.id()) && answer.cluster().equals(own.cluster())) {
      sameGroup(settings, own, answer);
      heardOf.add(seed.id());
    }
  }

  /** Nobody listens there, so no answer is under way either. */
  private static boolean refuses(Seed seed) {
    return Port.probe(seed.host(), seed.clusterPort(), CONNECT) == Port.REFUSED;
  }

  /** Throws if this disk may not take part beside the other's group. */
  static void sameGroup(JournalSettings settings, Identity own, IAm other)
      throws UnreadableLogException {
    if (!own.hasGroup() || !other.hasGroup() || own.generation() == other.generation()) {
      return;
    }
    if (Generation.isLater(other.generation(), own.generation())) {
      throw new UnreadableLogException(outdated(settings, own, other), null);
    }
    if (other.leads()) {
      throw new UnreadableLogException(secondGroup(settings, own, other), null);
    }
  }

  private static String outdated(JournalSettings settings, Identity own, IAm other) {
    return "The disk in "
        + settings.dataDirectory()
        + " belongs to the cluster as it was before it was recovered from a single disk: its"
        + " generation is "
        + Generation.text(own.generation())
        + ", that of "
        + other.node()
        + " is "
        + Generation.text(other.generation())
        + ". So this node ends; it has changed nothing. To let it join, "
        + wipe(settings);
  }

  private static String secondGroup(JournalSettings settings, Identity own, IAm other) {
    return "The disk in "
        + settings.dataDirectory()
        + " was recovered as a cluster of its own, generation "
        + Generation.text(own.generation())
        + ", but "
        + other.node()
        + " leads a group of generation "
        + Generation.text(other.generation())
        + ". There can be only one, and that one is serving, so this node ends. To let it join, "
        + wipe(settings)
        + " If this disk is to be the cluster nevertheless, stop the nodes of the other group first.";
  }

  private static String wipe(JournalSettings settings) {
    return "move "
        + settings.dataDirectory().toAbsolutePath()
        + " away (what only this disk has isn't in the cluster, so keep it as long as it may be"
        + " needed) and start again: it begins with an empty disk and is filled by the others.";
  }

  /** The answer of one that has a group, of the latest generation; null if none has one. */
  static IAm newest(Collection<IAm> answers) {
    IAm newest = null;
    for (IAm other : answers) {
      boolean later = newest == null || Generation.isLater(other.generation(), newest.generation());
      if (other.hasGroup() && later) {
        newest = other;
      }
    }
    return newest;
  }

  /** Why an empty disk can't join the newest group, as a sentence; null if it can. */
  static String conflict(IAm newest, Collection<IAm> answers) {
    for (IAm other : answers) {
      if (other.hasGroup()
          && other.generation() != newest.generation()
          && !Generation.isLater(newest.generation(), other.generation())) {
        return newest.node()
            + " and "
            + other.node()
            + " were recovered apart, as two clusters. There can be only one: stop the other and"
            + " move its data directory away. Until then this node, whose disk is empty, joins"
            + " neither.";
      }
    }
    return null;
  }
}
