package io.flotilla.node;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.ConfigException;
import io.flotilla.acl.Caller;
import io.flotilla.async.Futures;
import io.flotilla.audit.AuditLog;
import io.flotilla.cluster.Arrival;
import io.flotilla.cluster.Brisk;
import io.flotilla.cluster.Departures;
import io.flotilla.cluster.Entrance;
import io.flotilla.cluster.Evictor;
import io.flotilla.cluster.LowDisks;
import io.flotilla.cluster.Removal;
import io.flotilla.cluster.Reporter;
import io.flotilla.cluster.Reporters;
import io.flotilla.cluster.SeatLease;
import io.flotilla.cluster.Witness;
import io.flotilla.dns.DnsServer;
import io.flotilla.dns.DnsSettings;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;
import io.flotilla.http.ClusterEvents;
import io.flotilla.http.CoordinatorView;
import io.flotilla.http.HttpServer;
import io.flotilla.http.TopicEvents;
import io.flotilla.journal.Halt;
import io.flotilla.journal.LogStatus;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Seed;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.SessionMetrics;
import io.flotilla.post.Post;
import io.flotilla.proxy.Proxies;
import io.flotilla.reach.OwnPorts;
import io.flotilla.reach.Targets;
import io.flotilla.registry.Catalog;
import io.flotilla.registry.Registry;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.coordinator.Coordinator;
import io.flotilla.registry.coordinator.CountedProbe;
import io.flotilla.registry.coordinator.NamespacesInUse;
import io.flotilla.registry.coordinator.Probe;
import io.flotilla.registry.coordinator.Roll;
import io.flotilla.registry.coordinator.TableFollower;
import io.flotilla.topic.Room;
import io.flotilla.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Flotilla process. {@link #start} reads as the list of its parts. */
public final class FlotillaNode {
  private static final Logger LOG = LoggerFactory.getLogger(FlotillaNode.class);

  /** The time of day, for people to read, and for certificates; nothing else is decided by it. */
  static final Clock CLOCK = Clock.systemUTC();

  /** How often it is looked where the members are. */
  private static final Duration LOOKS = Duration.ofSeconds(2);

  private final ActorContext<Void> context;
  private final ActorSystem<Void> system;
  private final Settings settings;
  private final ReplicatedLog log;
  private final Arrival arrival = new Arrival();
  private final ActorRef<Reporters.Command> reporters;
  private final ClusterEvents events;

  /** The clock of all the node's parts; none reads one of its own. */
  private final LongSupplier nanoTime = System::nanoTime;

  /**
   * Starts a node in its actor system, or ends that.
   *
   * @param artery is told who the members are
   * @param overview is told how it can be asked about itself
   */
  static void startOrEnd(
      ActorContext<Void> context,
      Settings settings,
      Optional<ArteryTls> artery,
      Consumer<Overview> overview) {
    // What the guardian throws would look as if others had downed this node.
    try {
      FlotillaNode node = new FlotillaNode(context, settings);
      artery.ifPresent(tls -> tls.expect(node.log::members));
      node.start(overview);
    } catch (RuntimeException e) {
      LOG.error("This node can't start: {}", e.getMessage());
      CoordinatedShutdown.get(context.getSystem())
          .run(
              e instanceof ConfigException
                  ? NodeLife.Failed.BY_SETTINGS
                  : NodeLife.Failed.TO_START);
    }
  }

  private FlotillaNode(ActorContext<Void> context, Settings settings) {
    this.context = context;
    this.system = typed(context.getSystem());
    this.settings = settings;
    this.log = ReplicatedLog.get(system);
    this.reporters = context.spawn(Reporters.create(), "reporters");
    this.events =
        new ClusterEvents(
            settings.self().id(), Cluster.get(system).selfMember().uniqueAddress().longUid());
    Post.get(system).mayGather(() -> log.protocol() >= Post.PROTOCOL);
  }

  @SuppressWarnings("unchecked")
  private static ActorSystem<Void> typed(ActorSystem<?> system) {
    return (ActorSystem<Void>) system;
  }

  private void start(Consumer<Overview> observer) {
    Metrics metrics = new Metrics();
    log.measureIn(metrics.registry());
    FreeDisk disk =
        FreeDisk.of(settings.data(), () -> settings.minFreeDisk().orElseGet(log::diskReserve));
    StoreQuota quota = StoreQuota.of(system, log, settings.storeQuota(), lowDisks(disk));
    Entities entities = new Entities(system, log, quota, CLOCK, nanoTime);
    Balancer balancer = new Balancer(FlotillaNode::logEjection, nanoTime);
    ActorRef<TableFollower.Command> table =
        context.spawn(TableFollower.create(settings.member(), balancer), "table");
    Consumer<String> inUse = namespace -> table.tell(new TableFollower.Announce(namespace));
    ActorRef<ShardingEnvelope<EntityActor.Command>> keySpaces =
        entities.keySpaces(inUse, new SessionMetrics(metrics.registry()));
    Existence keySpaceThere = entities.existence(KeySpace::persistenceId);
    KeyValueStore kv =
        new KeyValueStore(system, keySpaces, settings.limits(), keySpaceThere, nanoTime);
    Registry registry =
        new Registry(
            system,
            entities.catalogs(new FailedChecks(kv, this::isOrWasMember), inUse),
            settings.limits(),
            entities.existence(Catalog::persistenceId),
            nanoTime);
    Optional<HttpServer.AclParts> acl = TokenControl.parts(system, settings, entities, nanoTime);
    context.spawn(
        Departures.create(
            nodes -> {
              kv.nodesGone(nodes);
              registry.nodesGone(nodes);
              acl.ifPresent(parts -> parts.store().nodesGone(nodes));
            }),
        "departures");
    Targets targets = new Targets(settings.proxies().targets(), ownPorts());
    CoordinatorView coordinator =
        new CoordinatorLink(
            system, coordinator(registry, entities.inUse(keySpaces), targets, metrics.registry()));
    Topics topics =
        new Topics(
            system,
            entities.topics(new Room(settings.topicRoom())),
            TopicEvents::encode,
            settings.topics(),
            nanoTime);
    Overview overview = overview(quota);
    observer.accept(overview);
    metrics.observe(
        log::status,
        quota::usage,
        disk::usage,
        log::otherGroup,
        kv,
        registry,
        balancer,
        topics,
        settings.http().budgets());
    settings.tls().ifPresent(metrics::observe);
    HttpServer http =
        new HttpServer(
            system,
            settings.http(),
            new HttpServer.Parts(
                settings.member(),
                kv,
                KeySpace.localReplicas(entities.localLog()),
                new RegisteredChecks(registry, settings.http().requestTimeout()),
                entities.sessionNamespaces(),
                registry,
                Catalog.localReplicas(entities.localLog()),
                coordinator,
                balancer,
                settings.proxies().limits(),
                targets,
                topics,
                overview,
                events,
                new GroupLink(system, log, settings.data(), () -> quota.room().bytes()),
                acl,
                auditLog()),
            metrics.registry(),
            nanoTime,
            CLOCK);
    Optional<DnsServer> dns =
        settings.dns().map(named -> dns(named, balancer, acl, metrics.registry()));
    watch(settings.watchdog(), http, dns);
    http.bind()
        .thenCompose(bound -> bind(dns))
        .thenCompose(bound -> log.start())
        .thenRun(this::join)
        .thenCompose(joining -> Proxies.start(system, settings.proxies(), balancer, nanoTime))
        .thenAccept(metrics::observe)
        .whenComplete((done, failure) -> report(failure));
  }

  private Supplier<Set<String>> lowDisks(FreeDisk disk) {
    AtomicReference<Set<String>> latest = new AtomicReference<>(Set.of());
    context.spawn(
        LowDisks.create(settings.self().id(), disk::isLow, latest::set, nanoTime),
        "low-disks",
        DispatcherSelector.blocking());
    return latest::get;
  }

  private DnsServer dns(
      DnsSettings dns,
      Balancer balancer,
      Optional<HttpServer.AclParts> acl,
      MeterRegistry metrics) {
    Optional<Caller> whoever = acl.map(parts -> parts.grants().of(dns.token(), true));
    return new DnsServer(
        dns, settings.self().id(), balancer::table, () -> whoever.map(Caller::grant), metrics);
  }

  private CompletionStage<Done> bind(Optional<DnsServer> dns) {
    return dns.map(server -> server.bind(system).thenApply(bound -> Done.getInstance()))
        .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
  }

  /** Has a thread of its own, as it must run when the dispatchers don't. */
  private void watch(Duration limit, HttpServer http, Optional<DnsServer> dns) {
    if (limit.isZero()) {
      return;
    }
    Stream<Watchdog.Dispatcher> dispatchers =
        Stream.of("akka.actor.default-dispatcher", "akka.actor.internal-dispatcher")
            .map(name -> new Watchdog.Dispatcher(name, executor(name)));
    Stream<Watchdog.Dispatcher> loops =
        http.loops().stream().map(loop -> new Watchdog.Dispatcher(HttpServer.LOOP, loop));
    Stream<Watchdog.Dispatcher> dnsLoop =
        dns.stream().map(server -> new Watchdog.Dispatcher(DnsServer.LOOP, server.loop()));
    List<Watchdog.Dispatcher> watched =
        Stream.of(dispatchers, loops, dnsLoop).flatMap(Function.identity()).toList();
    Halt halt = Halt.of(Adapter.toClassic(system));
    Thread thread =
        new Thread(new Watchdog(watched, limit, new RealMachine(), halt::halt), "watchdog");
    thread.setDaemon(true);
    thread.start();
    system.getWhenTerminated().thenRun(thread::interrupt);
  }

  private Executor executor(String dispatcher) {
    return system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
  }

  private Optional<AuditLog> auditLog() {
    return settings.audit().map(this::auditLog);
  }

  /** Closed when nobody is answered any longer. */
  private AuditLog auditLog(AuditLog.Settings audit) {
    try {
      AuditLog log = AuditLog.open(audit);
      CoordinatedShutdown.get(system)
          .addTask(
              CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
              "close-audit-log",
              () ->
                  CompletableFuture.supplyAsync(
                      () -> closed(log),
                      system.dispatchers().lookup(DispatcherSelector.blocking())));
      return log;
    } catch (IOException e) {
      throw new IllegalStateException("the audit log can't be written: " + e.getMessage(), e);
    }
  }

  private static Done closed(AuditLog log) {
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("The audit log was not closed: {}", e.getMessage());
    }
    return Done.getInstance();
  }

  private OwnPorts ownPorts() {
    OwnPorts ports = new OwnPorts(this::places);
    system
        .scheduler()
        .scheduleWithFixedDelay(
            Duration.ZERO,
            LOOKS,
            ports::look,
            system.dispatchers().lookup(DispatcherSelector.blocking()));
    return ports;
  }

  /**
   * Of this node, and of the others as far as they are known. The HTTP API is not among them: it
   * asks for tokens itself.
   */
  private List<OwnPorts.Member> places() {
    Stream<OwnPorts.Member> seated =
        log.seats().roster().seats().values().stream()
            .map(seat -> seat.who())
            .map(who -> place(who.host(), who.clusterPort(), who.raftPort()));
    Stream<OwnPorts.Member> members =
        Stream.concat(Stream.of(settings.self()), log.members().stream())
            .map(m -> place(m.host(), m.clusterPort(), m.raftPort()));
    return Stream.concat(seated, members).toList();
  }

  private static OwnPorts.Member place(String host, int clusterPort, int raftPort) {
    return new OwnPorts.Member(
        Set.of(host), Stream.of(clusterPort, raftPort).collect(Collectors.toSet()));
  }

  private ActorRef<Coordinator.Command> coordinator(
      Registry registry, NamespacesInUse namespaces, Targets targets, MeterRegistry metrics) {
    Probe probe =
        new CountedProbe(
            Probe.of(targets, system.dispatchers().lookup(DispatcherSelector.blocking())), metrics);
    system.getWhenTerminated().thenRun(probe::end);
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(
                    Coordinator.create(
                        settings.self().id(), registry, namespaces, probe, roll(), CLOCK, nanoTime),
                    Coordinator.NAME)
                .withSettings(
                    ClusterSingletonSettings.create(system).withLeaseSettings(SeatLease.usage())));
  }

  private Roll roll() {
    return new Roll() {
      @Override
      public Set<String> members() {
        return memberNames();
      }

      @Override
      public Set<String> removed() {
        return log.seats().roster().removedNodes();
      }
    };
  }

  private boolean isOrWasMember(String node) {
    return memberNames().contains(node) || log.seats().roster().removedNodes().contains(node);
  }

  private Set<String> memberNames() {
    return log.members().stream().map(Seed::id).collect(Collectors.toUnmodifiableSet());
  }

  private static void logEjection(Table.Name service, Instance instance, Duration time) {
    LOG.info(
        "{} of service {} refused a connection; leaving it out for {} s",
        instance.endpoint(),
        service.service(),
        time.toSeconds());
  }

  private Overview overview(StoreQuota quota) {
    Supplier<Reporter.Report> self = this::report;
    context.spawn(Reporter.create(self, KeySpace.TYPE), "reporter");
    return new Overview(
        system,
        settings,
        self,
        log::members,
        () -> log.leaderNodeId(),
        log::waitingFor,
        arrival,
        log.seats()::roster,
        new ReadCheck(log::catchUp),
        quota::usage,
        log::otherGroup,
        reporters.narrow(),
        log::digests);
  }

  private Reporter.Report report() {
    LogStatus s = log.status();
    return new Reporter.Report(
        settings.self().id(),
        BuildVersion.CURRENT,
        httpAddress(),
        new Reporter.RaftReport(
            s.peerId(), s.role(), s.term(), s.lastApplied(), s.committed(), s.logBytes()),
        List.of());
  }

  private void join() {
    Executor blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    Roster.Occupant self = occupant();
    system.systemActorOf(Brisk.create(), "brisk", DispatcherSelector.fromConfig(Brisk.DISPATCHER));
    spawn(Removal.create(log), "removal");
    spawn(Evictor.create(log, self, blocking, nanoTime), Evictor.NAME);
    spawn(Entrance.create(log, self, arrival, blocking), "entrance");
    spawn(Witness.create(log, reporters.narrow(), events::add, CLOCK, nanoTime), "witness");
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseClusterExitingDone(), "leave-seat", () -> leaveSeat(self));
  }

  /** So that the others need not find out. If all end at once, nobody is left to be told. */
  private CompletionStage<Done> leaveSeat(Roster.Occupant self) {
    boolean isOut = log.seats().roster().goneOf(self.uid()) != null;
    return isOut || log.leaderNodeId() == null
        ? CompletableFuture.completedFuture(Done.getInstance())
        : log.seats().out(self.uid(), Roster.Why.LEFT);
  }

  private void spawn(Behavior<?> behavior, String name) {
    system.systemActorOf(behavior, name, Props.empty());
  }

  /** This life of this node. */
  private Roster.Occupant occupant() {
    Seed self = settings.self();
    return new Roster.Occupant(
        self.id(),
        log.status().peerId(),
        Cluster.get(system).selfMember().uniqueAddress().longUid(),
        self.host(),
        self.clusterPort(),
        self.raftPort(),
        httpAddress(),
        Roster.PROTOCOL);
  }

  private String httpAddress() {
    return settings.http().host() + ":" + settings.http().port();
  }

  private void report(Throwable failure) {
    if (failure == null) {
      LOG.info(
          "{} serves {}://{}:{}",
          settings.self().id(),
          settings.http().tls().isPresent() ? "https" : "http",
          settings.http().host(),
          settings.http().port());
    } else {
      Throwable cause = Futures.unwrap(failure);
      LOG.error("This node can't start: {}", cause.getMessage());
      CoordinatedShutdown.get(system).run(NodeLife.Failed.TO_START);
    }
  }
}
