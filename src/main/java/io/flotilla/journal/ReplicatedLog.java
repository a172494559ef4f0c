package io.flotilla.journal;

import akka.Done;
import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.setup.Setup;
import akka.serialization.SerializationExtension;
import io.flotilla.tls.Tls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of the replicated log: an Akka extension that owns the Raft server. The journal
 * and the snapshot store write through it; other packages ask it about writers and the leader.
 */
public final class ReplicatedLog implements Extension {
  private static final Logger LOGGER = LoggerFactory.getLogger(ReplicatedLog.class);
  private static final Duration TICK = Duration.ofMillis(100);

  /** The log up to a checkpoint, by how much that exceeds the one before, and the log beside it. */
  private static final int PARTS_OF_RESERVE = 3;

  private static final Duration WATCH = Duration.ofMillis(500);

  /** The nonce of an introduction that nobody asked for. */
  private static final long UNASKED = 0;

  /** Passed when creating an actor system, to use a clock other than the system's. */
  static final class ClockSetup extends Setup {
    private final LongSupplier nanoTime;

    ClockSetup(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
    }
  }

  /** Passed when creating an actor system, so that the members prove to each other who they are. */
  public static final class TlsSetup extends Setup {
    private final Tls tls;

    public TlsSetup(Tls tls) {
      this.tls = tls;
    }
  }

  private static final class Id extends AbstractExtensionId<ReplicatedLog> {
    static final Id INSTANCE = new Id();

    @Override
    public ReplicatedLog createExtension(ExtendedActorSystem system) {
      return new ReplicatedLog(system);
    }
  }

  private final ExtendedActorSystem system;
  private final JournalSettings settings;
  private final Halt halt;
  private final Spoken spoken;
  private final Submitter submitter;
  private final Writers writers;
  private final LeadCheck leadCheck;
  private final Seats seats;
  private final Peers peers;
  private final Members members;
  private final PeerLink link;
  private final Formation formation;
  private final LogHealth health;
  private final LeaderSilence leaderSilence;
  private final ScheduledExecutorService ticker;
  private final ExecutorService lifecycle;
  private final DigestBook digestBook;
  private final Group group;
  private final Changes changes;
  private final Retirement retirement;
  private final OtherGroup otherGroup;
  private final Snapshots snapshots;
  private final Backups backups;
  private final Restores restores;
  private final LeadNearWriter leadNearWriter;
  private final Handovers handovers;
  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();

  /** This node's server, once there is one. */
  private final AtomicReference<RaftNode> node = new AtomicReference<>();

  private final Lifecycle life;

  public static ReplicatedLog get(ActorSystem system) {
    return Id.INSTANCE.get(system);
  }

  public static ReplicatedLog get(akka.actor.typed.ActorSystem<?> system) {
    return get(akka.actor.typed.javadsl.Adapter.toClassic(system));
  }

  private ReplicatedLog(ExtendedActorSystem system) {
    this.system = system;
    this.settings = JournalSettings.of(system.settings().config());
    this.halt = Halt.of(system);
    this.ticker = Executors.newSingleThreadScheduledExecutor(Daemons.named("flotilla-log-ticker"));
    // Joining and admitting another member may each take minutes, so each has a thread.
    this.lifecycle = Executors.newCachedThreadPool(Daemons.named("flotilla-log-lifecycle"));
    LongSupplier nanoTime =
        system
            .settings()
            .setup()
            .get(ClockSetup.class)
            .map(setup -> setup.nanoTime)
            .orElse(System::nanoTime);
    LogMeters logMeters = new LogMeters(meters, nanoTime);
    this.leaderSilence = new LeaderSilence(nanoTime);
    this.members = new Members(settings, node::get);
    this.spoken = new Spoken(node::get, this::roster);
    this.link = new PeerLink(system, members, () -> spoken.byAll() >= PeerLink.PROTOCOL);
    long patience = settings.attemptTimeout().toMillis();
    this.leadCheck = new LeadCheck(peer -> askTerm(peer, patience));
    this.submitter =
        new Submitter(
            settings,
            node::get,
            link::send,
            leadCheck,
            () -> spoken.byAll() >= GroupCommit.PROTOCOL,
            logMeters,
            nanoTime);
    this.writers = new Writers(settings, node::get, submitter, nanoTime);
    this.seats = new Seats(submitter, this::roster, ticker);
    this.peers =
        new Peers(
            node::get, new Succession(node::get, link::askEnd, lifecycle, nanoTime), nanoTime);
    Mark mark = new Mark(settings.dataDirectory());
    Contacts contacts = new Contacts(settings, members, link);
    this.formation = new Formation(settings, members, link, contacts, mark, tls(system));
    this.digestBook = new DigestBook(settings, members, link);
    this.changes = new Changes(settings, node::get, this::roster, seats, members, nanoTime);
    this.retirement =
        new Retirement(node::get, this::roster, contacts::addresses, link, nanoTime, this::retire);
    this.health = new LogHealth(settings, node::get, submitter, formation::isDamaged, this::closed);
    GroupView view = new GroupView(node::get, peers);
    LeaderLine line = new LeaderLine(settings, node::get, ticker, nanoTime);
    this.group = new Group(settings, line, link, view, changes, formation, contacts, members);
    this.leadNearWriter =
        new LeadNearWriter(
            submitter::forwarded,
            () -> node.get() == null ? 0 : node.get().machine().appliedIndex(),
            () -> group.transferLead(node.get().peerId()),
            nanoTime);
    this.otherGroup =
        new OtherGroup(members, link, () -> formation.introduce(UNASKED, node.get()), nanoTime);
    this.handovers = new Handovers(nanoTime);
    this.snapshots = new Snapshots(system, settings, this::write);
    this.backups = new Backups(settings, node::get);
    this.restores = new Restores(submitter, spoken::byAll, nanoTime);
    link.open(reception(view));
    this.life =
        new Lifecycle(
            system,
            settings,
            node,
            mark,
            formation,
            health,
            submitter,
            new Events(),
            logMeters,
            ticker,
            lifecycle);
    life.every(TICK, this::tick);
    life.every(WATCH, this::look);
    life.every(OtherGroup.INTERVAL, otherGroup::look);
  }

  private static Optional<Tls> tls(ExtendedActorSystem system) {
    return system.settings().setup().get(TlsSetup.class).map(setup -> setup.tls);
  }

  private Reception reception(GroupView view) {
    Admission admission = new Admission(settings, node::get, this::roster, members, link, changes);
    return new Reception(
        node::get,
        submitter,
        formation,
        digestBook,
        view,
        changes,
        admission,
        retirement,
        otherGroup,
        lifecycle);
  }

  /** Completes when this node takes part in the Raft group and knows a leader. Idempotent. */
  public CompletionStage<Done> start() {
    return life.start();
  }

  /** Closes the log. Requests under way end with an unknown outcome. Idempotent. */
  CompletionStage<Done> stop() {
    return life.stop();
  }

  private void tick() {
    try {
      submitter.tick();
      leaderContactMillis();
      peers.tick();
    } catch (RuntimeException e) {
      LOGGER.error("A check of the requests under way failed", e);
    }
  }

  /** What changes seldom, and costs more to look at. */
  private void look() {
    try {
      health.look();
      spoken.tick();
      seats.changed();
      changes.tick();
      retirement.tick();
      leadNearWriter.tick();
    } catch (RuntimeException e) {
      LOGGER.error("A check of the log failed", e);
    }
  }

  /** Who belongs to the cluster, as the log has it. */
  public Seats seats() {
    return seats;
  }

  /** Which ids change hands, as this member applies it. */
  public Handovers handovers() {
    return handovers;
  }

  /** The members of the Raft group, and how to change them. */
  public Group group() {
    return group;
  }

  /** What Raft knows of the members. */
  public Peers peers() {
    return peers;
  }

  private CompletableFuture<Long> askTerm(String peerId, long patience) {
    CompletableFuture<Long> said = node.get().askTerm(peerId);
    return said == null ? link.askTerm(peerId, patience) : said;
  }

  /** Stores snapshots beside the work of their actors. */
  public Snapshots snapshots() {
    return snapshots;
  }

  private Roster roster() {
    RaftNode n = node.get();
    return n == null ? Roster.EMPTY : n.machine().state().roster();
  }

  /** The epoch this node last claimed for the id; 0 if none. */
  public long writerEpoch(String persistenceId) {
    return writers.claims().epoch(persistenceId);
  }

  /**
   * A linearizable read barrier. Completes iff, at some moment after this call, the id's writer
   * epoch in the replicated state was still {@code epoch}; then everything acknowledged before the
   * call is known to the holder of that epoch. Fails with {@link FencedException} if another writer
   * has claimed the id, with {@link NoQuorumException} if there is no answer in time.
   */
  public CompletionStage<Done> confirmWriter(String persistenceId, long epoch) {
    return writers.confirm(persistenceId, epoch);
  }

  /**
   * Whether a backup has replaced all that was written with this epoch, and nobody has claimed the
   * id since, as far as this member has applied the log. Cheap.
   */
  public boolean isReplaced(String persistenceId, long epoch) {
    EntityLog log = local(persistenceId);
    return log.epoch() > epoch && log.isUnclaimedBackup();
  }

  /** Whether the id was ever claimed, as far as this member has applied the log. Cheap. */
  public boolean isClaimed(String persistenceId) {
    return local(persistenceId).epoch() != 0;
  }

  /** The ids with this beginning that were ever claimed; not cheap, it looks at all. */
  public List<String> claimed(String beginning) {
    RaftNode n = node.get();
    return n == null
        ? List.of()
        : n.machine().state().entities().keySet().stream()
            .filter(id -> id.startsWith(beginning))
            .toList();
  }

  /**
   * Claims an id that nobody writes to, so that {@link #isClaimed} remembers something for good.
   */
  public CompletionStage<Done> mark(String persistenceId) {
    return writers.mark(persistenceId);
  }

  /**
   * Completes when this member has applied everything acknowledged before the call, by whichever
   * member. Fails with {@link NoQuorumException} if that takes too long.
   */
  public CompletionStage<Done> catchUp() {
    return writers.catchUp();
  }

  /**
   * What this node is waiting for before it takes part in the group, as a sentence; empty if
   * nothing.
   */
  public Optional<String> waitingFor() {
    return Optional.ofNullable(formation.waitingFor());
  }

  /**
   * Reports the size of the id's state after its next event. It is stored with that event, so that
   * all members know the total. Ids that never report are counted by their events and snapshots.
   */
  public void occupies(String persistenceId, long bytes) {
    writers.claims().occupies(persistenceId, bytes);
  }

  /** Total size of the stored state, as far as this member has applied the log. Cheap. */
  public long storedBytes() {
    RaftNode n = node.get();
    return n == null ? 0 : n.machine().state().bytes();
  }

  /**
   * What the log may yet need on the disk though nothing that is stored grows: for itself until the
   * next state file is due, for that one, and for what is written meanwhile. Cheap.
   */
  public long diskReserve() {
    RaftNode n = node.get();
    long state = n == null ? 0 : n.machine().stateFileBytes();
    return state + PARTS_OF_RESERVE * settings.checkpoints().mostBytes();
  }

  /**
   * Set while another group of this cluster runs beside this one, as after a recovery of a disk
   * whose peers were only cut off: says what to do. Cheap.
   */
  public Optional<String> otherGroup() {
    return otherGroup.alarm();
  }

  /** Measures what the log does from now on in this registry, too. */
  public void measureIn(MeterRegistry registry) {
    meters.add(registry);
  }

  /** The log's status as this node knows it. Cheap. */
  public LogStatus status() {
    return health.status();
  }

  /** All nodes of the cluster, this one included, as far as this node knows. Cheap. */
  public Collection<Seed> members() {
    return members.byId().values();
  }

  /** The leader's node id, as far as this node knows, or null. */
  public String leaderNodeId() {
    RaftNode n = node.get();
    String leader = n == null ? null : n.leader();
    return leader == null ? null : RaftNode.nodeOf(leader);
  }

  /**
   * The SHA-256 of each member's state at one common log index, by node id. A member that doesn't
   * answer in time, or has skipped that index by installing a state file, is left out; ask again.
   */
  public CompletionStage<Map<String, String>> digests() {
    return submitter
        .write(new Command.Digest())
        .thenComposeAsync(reply -> digestBook.collect(((Reply.Done) reply).index()), lifecycle);
  }

  /**
   * A copy of all that is stored: as of a moment after this call, or, if it may be stale, as far as
   * this member has applied the log.
   *
   * @param atMillis the time of day, for people to read
   */
  public CompletionStage<Backups.Copy> backup(boolean stale, long atMillis) {
    CompletionStage<Done> caughtUp =
        stale ? CompletableFuture.completedFuture(Done.getInstance()) : catchUp();
    return caughtUp.thenApplyAsync(done -> backups.take(atMillis), lifecycle);
  }

  /**
   * Puts a backup in the place of what is stored, while the group runs: see {@link Restores}. Fails
   * with a {@link JournalException} whose message says why; nothing has changed then, unless it is
   * an {@link OutcomeUnknownException}.
   *
   * @param file stays where it is
   * @param kinds beginnings of the ids that are replaced
   * @param room that there is for it beside what is stored
   * @return the index of the log from which on it is in place
   */
  public CompletionStage<Long> restore(Path file, List<String> kinds, long room) {
    return CompletableFuture.supplyAsync(() -> restores.restore(file, kinds, room), lifecycle);
  }

  JournalSettings settings() {
    return settings;
  }

  Claims claims() {
    return writers.claims();
  }

  /** This member's copy of an id's log, as far as applied here. */
  EntityLog local(String persistenceId) {
    RaftNode n = node.get();
    return n == null ? EntityLog.EMPTY : n.machine().state().entity(persistenceId);
  }

  /**
   * Reads what follows the event {@code knownSequenceNr} from this member's own copy of an id,
   * without asking the others.
   */
  public LocalCopy localCopy(String persistenceId, long knownSequenceNr) {
    return LocalCopy.of(
        local(persistenceId), persistenceId, knownSequenceNr, SerializationExtension.get(system));
  }

  /** What all members of the group understand, see {@link Roster#PROTOCOL}. Cheap. */
  public int protocol() {
    return spoken.byAll();
  }

  /** Milliseconds since this member last heard of a leader; 0 on the leader. */
  public long leaderContactMillis() {
    RaftNode n = node.get();
    return leaderSilence.observe(n == null ? OptionalLong.empty() : n.sinceLeaderHeardMillis());
  }

  RaftNode node() {
    return node.get();
  }

  LeadCheck leadCheck() {
    return leadCheck;
  }

  /** See {@link Writers#claim}. */
  CompletableFuture<EntityLog> claim(String persistenceId, boolean fresh) {
    return writers.claim(persistenceId, fresh);
  }

  /** Writes for the holder of an epoch. */
  CompletableFuture<Done> write(Command command, String persistenceId) {
    return writers.write(command, persistenceId);
  }

  /** Raft has closed the log. */
  private void closed() {
    retirement.closed(
        successor ->
            halt.halt(
                successor.isEmpty()
                    ? LogHealth.closed(settings)
                    : LogHealth.replaced(settings, successor)));
  }

  private void retire() {
    life.retire();
  }

  private final class Events implements LogStateMachine.Listener {
    @Override
    public void leaderChanged() {
      onTicker(submitter::leaderChanged);
    }

    @Override
    public void leaderReady() {
      LOGGER.info("This node leads the log");
      onTicker(submitter::leaderChanged);
    }

    @Override
    public void logFailed(Throwable cause) {
      halt.halt(LogHealth.diskFailed(settings, cause));
    }

    @Override
    public void rosterChanged() {
      seats.changed();
      if (peers.leads()) {
        onTicker(writers::passOn);
      }
    }

    @Override
    public void digestTaken(long index, String digest) {
      digestBook.taken(index, digest);
    }

    @Override
    public void applied(long index, List<Command> commands, List<Reply> replies) {
      handovers.applied(index, commands, replies);
    }

    private void onTicker(Runnable task) {
      try {
        ticker.execute(task);
      } catch (java.util.concurrent.RejectedExecutionException e) {
        // Stopping.
      }
    }
  }
}
