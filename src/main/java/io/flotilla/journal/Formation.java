package io.flotilla.journal;

import io.flotilla.async.Futures;
import io.flotilla.journal.Identity.Group;
import io.flotilla.journal.PeerMessage.IAm;
import io.flotilla.journal.PeerMessage.Invited;
import io.flotilla.journal.RaftNode.Member;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node gets its place in the Raft group.
 *
 * <ol>
 *   <li>A disk whose log has everything it acknowledged resumes with that log. If the log lacks
 *       something, the disk waits until the others have a leader and starts over empty.
 *   <li>A disk without a log checks whether any other node has the group. If so, it starts an empty
 *       log; if the group doesn't know this disk, the leader substitutes it for the node's old one.
 *   <li>Only if every other node answers and none has a group does the first seed form it from the
 *       disks present, and only if told to (--bootstrap), because all disks may have been lost.
 * </ol>
 *
 * <p>Everything here blocks and runs on a thread of its own.
 */
final class Formation {
  private static final Logger LOGGER = LoggerFactory.getLogger(Formation.class);
  private static final long STEP_MILLIS = 250;
  private static final int STEPS_BETWEEN_REPORTS = 40;

  private final JournalSettings settings;
  private final Members members;
  private final PeerLink link;
  private final Mark mark;
  private final Contacts contacts;
  private final Optional<Tls> tls;
  private volatile Identity identity;
  private volatile String waiting;
  private volatile boolean damaged;
  private volatile boolean placed;
  private volatile boolean stopped;

  Formation(
      JournalSettings settings,
      Members members,
      PeerLink link,
      Contacts contacts,
      Mark mark,
      Optional<Tls> tls) {
    this.settings = settings;
    this.members = members;
    this.link = link;
    this.mark = mark;
    this.contacts = contacts;
    this.tls = tls;
  }

  /** What this node is waiting for, as a sentence, or null. */
  String waitingFor() {
    return waiting;
  }

  /** Whether this disk has lost acknowledged data and hasn't been replaced yet. */
  boolean isDamaged() {
    return damaged;
  }

  /** Reads whose disk this is; returns whether it is one that may not take part any more. */
  boolean isRemoved() throws IOException {
    identity = Identity.of(settings);
    return identity.group() == Group.REMOVED;
  }

  /** Remembers that this disk may not take part any more. */
  void removed() throws IOException {
    keep(identity.with(Group.REMOVED, identity.initialMembers()));
  }

  /** Returns once this disk holds what it had acknowledged, or is a new one without promises. */
  private void examine() throws IOException, InterruptedException {
    members.remember(identity.rememberedMembers(settings.dataDirectory()));
    DiskCheck disk = new DiskCheck(settings.dataDirectory(), identity, mark);
    if (disk.loss() == null) {
      disk.repair();
      return;
    }
    if (isAlone()) {
      throw new UnreadableLogException(LogHealth.lost(settings, disk.loss()), null);
    }
    damaged = true;
    waiting = LogHealth.lostInAGroup(settings, disk.loss());
    LOGGER.error("{}", waiting);
    for (int step = 1;
        !stopped && !hasLeader(contacts.whoTheyAre(identity.peerId()).values());
        step++) {
      if (step % STEPS_BETWEEN_REPORTS == 0) {
        LOGGER.warn("{}", waiting);
      }
      Thread.sleep(STEP_MILLIS);
    }
    if (stopped) {
      throw new IOException("stopped while " + waiting);
    }
    identity = disk.replace();
    LOGGER.warn(
        "The others have a leader: the log was put aside in {}, and this node joins with an empty"
            + " disk as {}",
        disk.aside(),
        identity.peerId());
    damaged = false;
    waiting = null;
  }

  private boolean hasLeader(Collection<IAm> answers) throws UnreadableLogException {
    boolean leads = false;
    for (IAm other : answers) {
      GroupCheck.sameGroup(settings, identity, other);
      leads |= other.leads();
    }
    return leads;
  }

  /** Starts the server, with the disk's log if it has one. Blocks while that can't be trusted. */
  RaftNode startServer(LogStateMachine machine) throws IOException, InterruptedException {
    examine();
    RaftNode node = new RaftNode(settings, identity, machine, mark::voted, tls);
    try {
      node.start();
    } catch (CompletionException | IllegalStateException | CorruptDataException e) {
      close(node);
      throw new UnreadableLogException(LogHealth.unreadable(settings, Futures.unwrap(e)), e);
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
      LOGGER.debug("A server that failed to start also failed to close", e);
    }
  }

  /** Returns when this disk takes part in the group. */
  void takePlace(RaftNode node) throws IOException, InterruptedException {
    if (node.division() == null && identity.group() == Group.JOINING) {
      // The last start ended before the log was created, so this disk hasn't promised anything.
      begin(node, identity);
    }
    for (int step = 0; node.division() == null && !stopped; step++) {
      findGroup(node, step % STEPS_BETWEEN_REPORTS == 0);
    }
    waiting = null;
    awaitPlace(node);
    placed = true;
    waiting = null;
    if (identity.group() != Group.MEMBER && !stopped) {
      keep(identity.with(Group.MEMBER, identity.initialMembers()));
    }
  }

  private void awaitPlace(RaftNode node) throws IOException, InterruptedException {
    GroupCheck others = new GroupCheck(settings, members, link, identity);
    // Both at each step: the check goes on until a leader is known.
    for (int step = 1; !stopped && !(others.agree() & takesPart(node)); step++) {
      boolean report = step % STEPS_BETWEEN_REPORTS == 0;
      if (!isMember(node)) {
        askToJoin(node);
      } else if (report && !takesPart(node)) {
        LOGGER.info("Waiting for a majority of {} to elect a leader", node.members());
      }
      Thread.sleep(node.leader() == null || takesPart(node) ? 20 : STEP_MILLIS);
    }
  }

  private void findGroup(RaftNode node, boolean report) throws IOException, InterruptedException {
    if (isAlone()) {
      LOGGER.info(
          "The disk is empty and there are no other members: starting a new cluster of one");
      begin(node, identity.with(Group.JOINING, List.of(me())));
      return;
    }
    Map<String, IAm> answers = contacts.whoTheyAre(identity.peerId());
    boolean complete =
        settings.seeds().stream().allMatch(s -> isMe(s) || answers.containsKey(s.id()));
    IAm other = GroupCheck.newest(answers.values());
    String conflict = GroupCheck.conflict(other, answers.values());
    if (conflict != null) {
      waiting = conflict;
    } else if (other != null) {
      boolean founder = other.initialMembers().stream().anyMatch(me()::isSameDisk);
      LOGGER.info(
          "{} has the group; this disk ({}) {}",
          other.node(),
          node.peerId(),
          founder ? "belongs to it" : "is new to it and starts empty");
      List<Member> initial = founder ? other.initialMembers() : List.of();
      members.remember(other.members());
      begin(node, identity.inGeneration(other.generation()).with(Group.JOINING, initial));
      return;
    } else if (complete && isFirst() && settings.bootstrap() && !contacts.areGiven()) {
      form(node, answers);
      return;
    } else {
      waiting = reasonToWait(answers.size());
    }
    if (report) {
      LOGGER.info("{}", waiting);
    }
    Thread.sleep(STEP_MILLIS);
  }

  private boolean isFirst() {
    return settings.seeds().get(0).id().equals(settings.self().id());
  }

  private void form(RaftNode node, Map<String, IAm> answers) throws IOException {
    List<Member> founders = new ArrayList<>();
    for (Seed seed : settings.seeds()) {
      IAm other = answers.get(seed.id());
      founders.add(other == null ? me() : seed.member(other.peerId()));
    }
    LOGGER.info("Forming the group: {}", founders);
    begin(node, identity.with(Group.JOINING, founders));
  }

  private boolean isMe(Seed seed) {
    return seed.id().equals(settings.self().id());
  }

  private String reasonToWait(int answers) {
    if (contacts.areGiven()) {
      return "The disk in "
          + settings.dataDirectory()
          + " is empty, and this node was told to join the cluster "
          + settings.clusterName()
          + " through "
          + String.join(", ", contacts.given())
          + ". "
          + (answers == 0 ? "Nobody of it answers there" : "Nobody there has a group")
          + ". (An address must be the cluster port of a member, spelled as that member's --host.)";
    }
    String first = settings.seeds().get(0).id();
    String who = isFirst() ? "This node" : first;
    String form =
        isFirst() && settings.bootstrap()
            ? "It forms a new group once all answer and none has one."
            : who
                + " forms a new group, once all answer and none has one, if it is started with"
                + " --bootstrap (FLOTILLA_BOOTSTRAP=true): only for a cluster that never existed,"
                + " because the new one contains nothing that an old one stored.";
    return "The disk in "
        + settings.dataDirectory()
        + " is empty, so this node waits for one that has the group: "
        + answers
        + " of "
        + (settings.seeds().size() - 1)
        + " others answer, none has it. "
        + form;
  }

  private void begin(RaftNode node, Identity joining) throws IOException {
    keep(joining);
    mark.create(joining.peerId(), Mark.Promise.NONE);
    node.addGroup(joining);
    keep(joining.with(Group.MEMBER, joining.initialMembers()));
  }

  private void askToJoin(RaftNode node) {
    String problem = contacts.askForPlace(me());
    String now =
        "The leader hasn't admitted this node's disk " + node.peerId() + " yet: " + problem;
    if (!problem.isEmpty() && !now.equals(waiting)) {
      waiting = now;
      LOGGER.info("{}", now);
    }
  }

  private boolean isAlone() {
    return members.others().isEmpty() && !contacts.areGiven();
  }

  private boolean takesPart(RaftNode node) {
    return isMember(node) && node.isStable() && node.leader() != null;
  }

  private boolean isMember(RaftNode node) {
    return node.members().stream().anyMatch(me()::isSameDisk);
  }

  private Member me() {
    return settings.self().member(identity.peerId());
  }

  private synchronized void keep(Identity next) throws IOException {
    if (identity.group() != Group.REMOVED) {
      next.write(settings.dataDirectory());
      identity = next;
    }
  }

  /** The answer to {@link PeerMessage.WhoAreYou}, or null while this node has no identity. */
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
        node.members(),
        placed && node.isLeaderReady(), // before, it may have to give way to another group
        Roster.PROTOCOL,
        own.generation());
  }

  /** Whether this node has a group, or had one; it has none while it waits for one. */
  boolean hasGroup() {
    Identity own = identity;
    return own != null && own.hasGroup();
  }

  long generation() {
    return identity.generation();
  }

  /** The answer to an invitation, or null while this node has no identity. */
  PeerMessage.InviteAnswer invited(PeerMessage.Invite m, RaftNode node) {
    Identity own = identity;
    if (own == null) {
      return null;
    }
    Invited outcome = Invited.OTHER_CLUSTER;
    if (own.cluster().equals(m.cluster())) {
      if (!own.hasGroup()) {
        contacts.invitedTo(m.addresses());
        outcome = Invited.JOINS;
      } else if (own.generation() == m.generation()) {
        outcome = node != null && isMember(node) ? Invited.MEMBER : Invited.JOINS;
      }
    }
    return new PeerMessage.InviteAnswer(m.nonce(), outcome, own.peerId(), own.cluster());
  }

  void stop() {
    stopped = true;
  }
}
