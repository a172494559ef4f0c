package io.flotilla.journal;

import io.flotilla.journal.Identity.Group;
import io.flotilla.journal.PeerMessage.IAm;
import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node gets its place in the Raft group.
 *
 * <ol>
 *   <li>A disk with a log takes it up again.
 *   <li>A disk without one looks whether any other node has the group. If so it begins an empty
 *       log; when the group doesn't know this disk, the leader puts it in the place of the node's
 *       old one.
 *   <li>Only if every other node answers and none has a group does the first seed form it, of the
 *       disks that are there.
 * </ol>
 *
 * <p>All of it blocks and runs on one thread of its own.
 */
final class Formation {
  private static final Logger LOGGER = LoggerFactory.getLogger(Formation.class);
  private static final long STEP_MILLIS = 250;
  private static final long ASK_MILLIS = 1000;
  private static final int STEPS_BETWEEN_REPORTS = 40;

  private final JournalSettings settings;
  private final PeerLink link;
  private volatile Identity identity;
  private volatile boolean stopped;

  Formation(JournalSettings settings, PeerLink link) {
    this.settings = settings;
    this.link = link;
  }

  /** Starts the server, with the disk's log if it has one. */
  RaftNode startServer(LogStateMachine machine) throws IOException {
    identity = Identity.of(settings);
    boolean onDisk = Identity.hasRaftData(settings);
    if (identity.group() == Group.MEMBER && !onDisk) {
      throw new IOException(
          "The log that belongs to "
              + settings.dataDirectory()
              + " is gone from it. Restore it, or move the directory away: the node then joins"
              + " with an empty disk and is filled by the others.");
    }
    RaftNode node =
        new RaftNode(settings, identity.peerId(), machine, identity.initialMembers(), onDisk);
    try {
      node.start();
    } catch (CompletionException | IllegalStateException | CorruptDataException e) {
      close(node);
      throw new UnreadableLogException(Watch.unreadable(settings, Futures.unwrap(e)), e);
    } catch (IOException e) {
      close(node);
      throw e;
    }
    return node;
  }

  private static void close(RaftNode node) {
    try {
      node.close();
    } catch (IOException | RuntimeException e) {
      LOGGER.debug("A server that didn't start didn't close either", e);
    }
  }

  /** Returns when this disk takes part in the group. */
  void takePlace(RaftNode node) throws IOException, InterruptedException {
    if (node.division() == null && identity.group() == Group.JOINING) {
      // The last start ended before the log was begun, so this disk hasn't promised anything.
      begin(node, identity.initialMembers());
    }
    for (int step = 1; node.division() == null && !stopped; step++) {
      findGroup(node, step % STEPS_BETWEEN_REPORTS == 0);
    }
    for (int step = 1; !takesPart(node) && !stopped; step++) {
      if (!isMember(node)) {
        askToJoin(node, step % STEPS_BETWEEN_REPORTS == 0);
      } else if (step % STEPS_BETWEEN_REPORTS == 0) {
        LOGGER.info("Waiting for a majority of {} to elect a leader", node.members());
      }
      Thread.sleep(node.leader() == null ? 20 : STEP_MILLIS);
    }
    if (identity.group() != Group.MEMBER && !stopped) {
      keep(identity.with(Group.MEMBER, identity.initialMembers()));
    }
  }

  private void findGroup(RaftNode node, boolean report) throws IOException, InterruptedException {
    if (settings.isAlone()) {
      begin(node, List.of(me()));
      return;
    }
    Map<String, IAm> answers = askAll();
    for (IAm other : answers.values()) {
      if (other.hasGroup()) {
        boolean founder = other.initialMembers().contains(me());
        LOGGER.info(
            "{} has the group; this disk ({}) {}",
            other.node(),
            node.peerId(),
            founder ? "belongs to it" : "is new to it and starts empty");
        begin(node, founder ? other.initialMembers() : List.of());
        return;
      }
    }
    boolean complete = answers.size() == settings.seeds().size() - 1;
    boolean first = settings.seeds().get(0).id().equals(settings.self().id());
    if (complete && first) {
      List<Member> founders = new ArrayList<>();
      for (Seed seed : settings.seeds()) {
        IAm other = answers.get(seed.id());
        founders.add(other == null ? me() : new Member(other.peerId(), seed.raftAddress()));
      }
      LOGGER.info("Forming the group: {}", founders);
      begin(node, founders);
      return;
    }
    if (report) {
      LOGGER.info(
          "Waiting to form or find the group: {} of {} other nodes answer; {} forms it when all do",
          answers.size(),
          settings.seeds().size() - 1,
          settings.seeds().get(0).id());
    }
    Thread.sleep(STEP_MILLIS);
  }

  private Map<String, IAm> askAll() {
    Map<String, java.util.concurrent.CompletableFuture<IAm>> asked = new TreeMap<>();
    for (Seed seed : others()) {
      asked.put(seed.id(), link.ask(seed.id(), PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS));
    }
    Map<String, IAm> answers = new TreeMap<>();
    asked.forEach(
        (id, answer) -> {
          IAm other = answer.join();
          if (other != null && check(id, other)) {
            answers.put(id, other);
          }
        });
    return answers;
  }

  private boolean check(String id, IAm other) {
    if (other.node().equals(id) && other.cluster().equals(settings.clusterName())) {
      return true;
    }
    LOGGER.warn(
        "At the address of {} in flotilla.cluster.seeds is node {} of cluster {}: ignored",
        id,
        other.node(),
        other.cluster());
    return false;
  }

  private void begin(RaftNode node, List<Member> initial) throws IOException {
    keep(identity.with(Group.JOINING, initial));
    node.addGroup(initial);
    keep(identity.with(Group.MEMBER, initial));
  }

  private void askToJoin(RaftNode node, boolean report) {
    String problem = "no other node answers";
    for (Seed seed : others()) {
      PeerMessage.JoinAnswer answer =
          link.ask(
                  seed.id(),
                  nonce -> new PeerMessage.Join(nonce, me()),
                  PeerMessage.JoinAnswer.class,
                  ASK_MILLIS)
              .join();
      if (answer != null) {
        problem = answer.problem();
        if (problem.isEmpty()) {
          return;
        }
      }
    }
    if (report) {
      LOGGER.info("Waiting for the leader to take {} in: {}", node.peerId(), problem);
    }
  }

  private boolean takesPart(RaftNode node) {
    return isMember(node) && node.isStable() && node.leader() != null;
  }

  private boolean isMember(RaftNode node) {
    return node.members().stream().anyMatch(m -> m.peerId().equals(node.peerId()));
  }

  private List<Seed> others() {
    return settings.seeds().stream().filter(s -> !s.id().equals(settings.self().id())).toList();
  }

  private Member me() {
    return new Member(identity.peerId(), settings.self().raftAddress());
  }

  private void keep(Identity next) throws IOException {
    next.write(settings.dataDirectory());
    identity = next;
  }

  /** The answer to {@link PeerMessage.WhoAreYou}, or null while this node doesn't know itself. */
  IAm introduce(long nonce, RaftNode node) {
    Identity own = identity;
    if (own == null || node == null) {
      return null;
    }
    return new IAm(
        nonce,
        own.cluster(),
        own.node(),
        own.peerId(),
        own.hasGroup(),
        own.initialMembers(),
        node.members());
  }

  /** The answer to {@link PeerMessage.Join}: empty when the member is in. Blocks for long. */
  String admit(RaftNode node, Member joining) {
    if (node == null || !node.isLeaderReady()) {
      return settings.self().id() + " doesn't lead";
    }
    if (node.members().contains(joining)) {
      return "";
    }
    if (settings.seed(joining.nodeId()) == null) {
      return joining.nodeId() + " isn't in this node's flotilla.cluster.seeds";
    }
    LOGGER.info("Taking {} in, in the place of {}'s old disk", joining, joining.nodeId());
    try {
      var reply = node.replace(joining).get(30, java.util.concurrent.TimeUnit.SECONDS);
      return reply.isSuccess() ? "" : String.valueOf(reply.getException().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      return String.valueOf(Futures.unwrap(e));
    }
  }

  void stop() {
    stopped = true;
  }
}
