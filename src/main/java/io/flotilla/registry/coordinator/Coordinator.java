package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.persistence.typed.EventAdapter;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotAdapter;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Recovery;
import io.flotilla.entity.Result;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogResult.Changed;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Node;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.CatalogFollower.Subject;
import io.flotilla.registry.coordinator.CoordinatorEvent.Began;
import io.flotilla.registry.coordinator.CoordinatorEvent.NamespaceFound;
import io.flotilla.registry.coordinator.Publish.Beat;
import io.flotilla.registry.coordinator.Publish.Behind;
import io.flotilla.registry.coordinator.Publish.Found;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Introduce;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import io.flotilla.wire.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The one coordinator of the cluster. It follows the catalogs and the nodes, has the active checks
 * made, and publishes the table that the nodes balance by. It also makes sessions end whose key
 * space died with its node: it asks for the namespaces in use even if nobody else does.
 *
 * <p>What it stores is little: its term, so that the tables of a later coordinator are recognised
 * as later, and which namespaces there are. Should two run for a moment, because one is thought
 * dead and isn't, the log lets only the later one store its beginning, and the nodes take the table
 * of the higher term.
 */
public final class Coordinator
    extends EventSourcedBehavior<Coordinator.Command, CoordinatorEvent, CoordinatorState> {

  public static final String NAME = "coordinator";

  /** This namespace has a catalog from the beginning: Flotilla's own nodes are in it. */
  private static final String DEFAULT_NAMESPACE = "default";

  private static final BackoffSupervisorStrategy AGAIN =
      SupervisorStrategy.restartWithBackoff(Duration.ofMillis(100), Duration.ofSeconds(2), 0.2);
  private static final PersistenceId ID = PersistenceId.ofUniqueId("Coordinator");
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(3);
  private static final int LOOKS_PER_BEAT = 5;

  public sealed interface Command
      permits FromFollower,
          GetStatus,
          Pick,
          CatalogChanged,
          NodesChanged,
          Begin,
          Nodes,
          Look,
          Membership.Ended,
          Loaded {}

  /** See {@link Status}. */
  public record GetStatus(ActorRef<Status> replyTo) implements Command, Message {}

  /** An instance, chosen for the whole cluster by turns: exact round robin. */
  public record Pick(String namespace, String service, ActorRef<Picked> replyTo)
      implements Command, Message {}

  /**
   * Answers {@link Pick}.
   *
   * @param instance null: there is none
   */
  public record Picked(Instance instance, Version version) implements Message {}

  /**
   * Where the coordinator is and what it does.
   *
   * @param sinceMillis since when it lives there, in milliseconds since 1970
   * @param nodes that follow its table
   * @param checks that it has made, again and again
   * @param checksPerSecond made, over the last ten seconds
   */
  public record Status(
      String node,
      long sinceMillis,
      Version table,
      int namespaces,
      int services,
      int nodes,
      int checks,
      double checksPerSecond,
      int checksUnderWay,
      int checksWaiting)
      implements Message {}

  record CatalogChanged(String namespace, Changed changed) implements Command {}

  /**
   * @param nodes all there are
   */
  record NodesChanged(String namespace, List<Node> nodes) implements Command {}

  private enum Begin implements Command {
    INSTANCE
  }

  private enum Look implements Command {
    INSTANCE
  }

  private record Nodes(Set<ActorRef<ToFollower>> reachable) implements Command {}

  private record Loaded(Probes.Load load, ActorRef<Status> replyTo) implements Command {}

  private final Recovery<CoordinatorEvent> recovery = new Recovery<>();
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final String self;
  private final EntityClient<CatalogState, CatalogDraft> catalogs;
  private final NamespacesInUse namespaces;
  private final Probe probe;
  private final Roll roll;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Set<String> followed = new HashSet<>();
  private final Set<String> told = new HashSet<>();
  private ActorRef<Probes.Command> probes;
  private Presence presence;
  private Checks checks;
  private Tables tables;
  private Membership membership;
  private long looks;

  /**
   * @param self name of this node
   * @param namespaces it looks after
   * @param clock says since when it lives here, for people to read
   * @param nanoTime measures how long something lasts
   */
  public static Behavior<Command> create(
      String self,
      EntityClient<CatalogState, CatalogDraft> catalogs,
      NamespacesInUse namespaces,
      Probe probe,
      Roll roll,
      Clock clock,
      LongSupplier nanoTime) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new Coordinator(
                                context,
                                timers,
                                self,
                                catalogs,
                                namespaces,
                                probe,
                                roll,
                                clock,
                                nanoTime))))
        .onFailure(AGAIN); // a singleton that stops is not started again, on no node
  }

  private Coordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String self,
      EntityClient<CatalogState, CatalogDraft> catalogs,
      NamespacesInUse namespaces,
      Probe probe,
      Roll roll,
      Clock clock,
      LongSupplier nanoTime) {
    super(ID, AGAIN);
    this.context = context;
    this.timers = timers;
    this.self = self;
    this.catalogs = catalogs;
    this.namespaces = namespaces;
    this.probe = probe;
    this.roll = roll;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  @Override
  public CoordinatorState emptyState() {
    return CoordinatorState.empty();
  }

  @Override
  public EventHandler<CoordinatorState, CoordinatorEvent> eventHandler() {
    return newEventHandlerBuilder().forAnyState().onAnyEvent(CoordinatorState::apply);
  }

  @Override
  public EventAdapter<CoordinatorEvent, ?> eventAdapter() {
    return recovery;
  }

  @Override
  public SnapshotAdapter<CoordinatorState> snapshotAdapter() {
    return recovery.checkpoints();
  }

  @Override
  public boolean shouldSnapshot(CoordinatorState state, CoordinatorEvent event, long sequenceNr) {
    return sequenceNr % 100 == 0 && recovery.isWhole();
  }

  @Override
  public SignalHandler<CoordinatorState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> recovered())
        .build();
  }

  @Override
  public CommandHandler<Command, CoordinatorEvent, CoordinatorState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Begin.class, (state, begin) -> onBegin())
        .onCommand(command -> tables == null, command -> Effect().none())
        .onCommand(CatalogChanged.class, this::onCatalogChanged)
        .onCommand(NodesChanged.class, (state, changed) -> onNodesChanged(changed))
        .onCommand(Nodes.class, (state, nodes) -> onNodes(nodes))
        .onCommand(Introduce.class, this::onIntroduce)
        .onCommand(Found.class, (state, found) -> onFound(state, found.namespace()))
        .onCommand(Behind.class, (state, behind) -> onBehind(behind))
        .onCommand(Look.class, (state, look) -> onLook())
        .onCommand(Membership.Ended.class, (state, ended) -> onEnded(ended))
        .onCommand(Pick.class, (state, pick) -> onPick(pick))
        .onCommand(GetStatus.class, (state, get) -> onGetStatus(get))
        .onCommand(Loaded.class, this::onLoaded)
        .build();
  }

  /** After a failure to store this is a new life: the children of the last one are gone. */
  private void recovered() {
    tables = null;
    followed.clear();
    told.clear();
    context.getSelf().tell(Begin.INSTANCE);
  }

  private Effect<CoordinatorEvent, CoordinatorState> onBegin() {
    return Effect().persist(new Began(self, clock.millis())).thenRun(this::begin);
  }

  /** Once its beginning is stored it is the only one. */
  private void begin(CoordinatorState state) {
    context.getLog().info("The coordinator lives here, term {}", state.term());
    probes =
        context.spawnAnonymous(
            Behaviors.supervise(Probes.create(probe)).onFailure(SupervisorStrategy.resume()));
    presence = new Presence(roll);
    checks = new Checks(context, catalogs, probes, nanoTime);
    tables = new Tables(context.getSelf().narrow(), state.term(), nanoTime);
    membership = new Membership(this::write);
    follow(DEFAULT_NAMESPACE);
    follow(DEFAULT_NAMESPACE, Subject.nodes(DEFAULT_NAMESPACE)); // for DNS, which has no other
    state.namespaces().forEach(this::follow);
    ActorRef<Receptionist.Listing> listings =
        context.messageAdapter(
            Receptionist.Listing.class,
            listing -> new Nodes(listing.getServiceInstances(TableFollower.KEY)));
    context.getSystem().receptionist().tell(Receptionist.subscribe(TableFollower.KEY, listings));
    timers.startTimerWithFixedDelay(Look.INSTANCE, LOOK);
  }

  private void write(
      String namespace,
      Operation.Write<CatalogDraft, Result.Done> fact,
      Function<Throwable, Command> ended) {
    context.pipeToSelf(
        catalogs.write(namespace, fact, null, WRITE_TIMEOUT),
        (done, failure) -> ended.apply(failure));
  }

  private void follow(String namespace) {
    if (followed.add(namespace)) {
      follow(namespace, Subject.services(namespace));
    }
  }

  private void follow(String namespace, Subject<?> subject) {
    context.spawnAnonymous(
        Behaviors.supervise(CatalogFollower.create(catalogs, namespace, subject, context.getSelf()))
            .onFailure(SupervisorStrategy.restart()));
  }

  private Effect<CoordinatorEvent, CoordinatorState> onCatalogChanged(
      CoordinatorState state, CatalogChanged c) {
    boolean soon = !told.add(c.namespace());
    c.changed().items().forEach(service -> checks.update(c.namespace(), service, soon));
    tables.update(c.namespace(), c.changed(), presence.followers());
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onNodesChanged(NodesChanged changed) {
    tables.updateHosts(changed.namespace(), changed.nodes(), presence.followers());
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onNodes(Nodes nodes) {
    presence.reachable(nodes.reachable()).forEach(tables::sendWhole);
    keepMembership();
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onIntroduce(
      CoordinatorState state, Introduce introduce) {
    presence.introduce(introduce.follower(), introduce.member());
    keepMembership();
    introduce.namespaces().forEach(n -> context.getSelf().tell(new Found(n)));
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onFound(
      CoordinatorState state, String namespace) {
    if (followed.contains(namespace)) {
      return Effect().none();
    }
    return Effect()
        .persist(new NamespaceFound(namespace))
        .thenRun(
            () -> {
              follow(namespace);
              keepMembership();
            });
  }

  private Effect<CoordinatorEvent, CoordinatorState> onBehind(Behind behind) {
    tables.sendWhole(behind.follower());
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onLook() {
    presence.look();
    keepMembership();
    if (++looks % LOOKS_PER_BEAT == 0) {
      Beat beat = new Beat(tables.version(), context.getSelf().narrow());
      presence.followers().forEach(f -> f.tell(beat));
      namespaces.all().stream()
          .filter(name -> !followed.contains(name))
          .forEach(name -> context.getSelf().tell(new Found(name)));
      followed.forEach(namespaces::wake);
    }
    return Effect().none();
  }

  private void keepMembership() {
    membership.keep(followed, presence);
  }

  private Effect<CoordinatorEvent, CoordinatorState> onEnded(Membership.Ended ended) {
    membership.onEnded(ended);
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onPick(Pick pick) {
    if (followed.contains(pick.namespace()) && !tables.knows(pick.namespace())) {
      return Effect()
          .none(); // "There is none" might be wrong: no answer says that it is not known.
    }
    Optional<Balancer.Picked> picked =
        tables.balancer().pick(pick.namespace(), pick.service(), Policy.ROUND_ROBIN, "", Set.of());
    pick.replyTo()
        .tell(new Picked(picked.map(Balancer.Picked::instance).orElse(null), tables.version()));
    picked.ifPresent(Balancer.Picked::close);
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onGetStatus(GetStatus get) {
    context.ask(
        Probes.Load.class,
        probes,
        Duration.ofSeconds(1),
        Probes.GetLoad::new,
        (load, failure) ->
            new Loaded(load == null ? new Probes.Load(0, 0, 0) : load, get.replyTo()));
    return Effect().none();
  }

  private Effect<CoordinatorEvent, CoordinatorState> onLoaded(
      CoordinatorState state, Loaded loaded) {
    loaded
        .replyTo()
        .tell(
            new Status(
                state.node(),
                state.sinceMillis(),
                tables.version(),
                followed.size(),
                tables.services(),
                presence.followers().size(),
                checks.count(),
                loaded.load().perSecond(),
                loaded.load().underWay(),
                loaded.load().waiting()));
    return Effect().none();
  }
}
