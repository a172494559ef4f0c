package io.flotilla.http;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.Behavior;
import akka.pattern.AskTimeoutException;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.flotilla.LocalShards;
import io.flotilla.acl.Acl;
import io.flotilla.acl.AclState;
import io.flotilla.acl.AclStore;
import io.flotilla.acl.Grants;
import io.flotilla.audit.AuditLog;
import io.flotilla.entity.Checkpoints;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;
import io.flotilla.entity.LeaderContact;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.entity.Loopback;
import io.flotilla.entity.Quota;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Refusal;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.SessionChecks;
import io.flotilla.kv.SessionMetrics;
import io.flotilla.memory.Budgets;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.reach.Ranges;
import io.flotilla.reach.Targets;
import io.flotilla.registry.Catalog;
import io.flotilla.registry.Member;
import io.flotilla.registry.Registry;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.coordinator.Coordinator;
import io.flotilla.topic.Room;
import io.flotilla.topic.Topic;
import io.flotilla.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A server on a free port, with its key spaces in the same process on a log in memory. */
public final class TestServer implements AutoCloseable {
  private static final Member SELF =
      new Member(
          "node-1", "127.0.0.1", 0, "6f3c1c7e-1a3d-4c1b-9a51-7f5f0a2b9d10", Map.of("rack", "r7"));

  /** Any number of anything for each client. */
  static final ClientLimits UNLIMITED = new ClientLimits(Map.of(), System::nanoTime);

  private static final HttpServer.Clients ANY = new HttpServer.Clients(0, 1, 1, 1, 0, 0, 0, 0);

  private final ActorTestKit kit =
      ActorTestKit.create(
          "flotilla",
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.parseResources("akka.conf"))
              .withFallback(ConfigFactory.load()));
  private final Loopback network = new Loopback(kit.system());
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong epochs = new AtomicLong();
  private final Room room = new Room(new Room.Limits(100, 64L << 20, 1024, 4L << 20));
  private final LocalShards<EntityActor.Command> spaces =
      new LocalShards<>(kit, "key-spaces", this::keySpace, network::arriving);
  private final LocalShards<EntityActor.Command> catalogs =
      new LocalShards<>(kit, "catalogs", this::catalog, network::arriving);
  private final LocalShards<EntityActor.Command> acls =
      new LocalShards<>(kit, "acls", this::acl, network::arriving);
  private final LocalShards<Topic.Command> topics =
      new LocalShards<>(kit, "topics", this::topic, (carrier, message) -> message);

  /** Namespaces whose entity was ever started, as the log knows from claims. */
  private final Set<String> keySpaceNames = ConcurrentHashMap.newKeySet();

  private final Set<String> catalogNames = ConcurrentHashMap.newKeySet();
  private final Set<String> aclNames = ConcurrentHashMap.newKeySet();

  /** Null: without ACLs. */
  private final Grants.Settings acl;

  /** Null: there is none. */
  private final AuditLog audit;

  /** What an operator wrote to the node's disk; 0: nothing. */
  volatile long resetIndex;

  public final KeyValueStore store;
  public final Registry registry;
  final Budgets budgets;
  private final HttpServer http;
  private final String base;

  /** What its node has seen. */
  final ClusterEvents events = new ClusterEvents("n1", 10);

  /** How far the clock that measures clients is ahead. */
  private final AtomicLong ahead = new AtomicLong();

  /** What stale reads report about the leader. */
  volatile LeaderContact contact = new LeaderContact(true, 0);

  /** The group, and what was asked of it. */
  final ScriptedControl control = new ScriptedControl();

  /** Whether what has to be known before a session is created can be written down. */
  volatile boolean logWrites = true;

  /** Which checks a session may name. */
  volatile SessionChecks checks = SessionChecks.none();

  /** Whether the other node says how it is. */
  volatile boolean otherAnswers = true;

  /** Whether the other node has its seat in the cluster. */
  volatile boolean otherIsIn = true;

  public TestServer() {
    this(false);
  }

  /**
   * @param exactTtl as {@code flotilla.session.exact-ttl}
   */
  TestServer(boolean exactTtl) {
    this(
        exactTtl,
        Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2),
        4096,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        null,
        null,
        true,
        ANY);
  }

  /**
   * @param minRate bytes a second that clients must at least read
   * @param timeout of requests, and grace for slow clients
   * @param idle how long a connection may be idle
   */
  TestServer(Budgets budgets, long minRate, Duration timeout, Duration idle) {
    this(false, budgets, minRate, timeout, idle, null, null, true, ANY);
  }

  /**
   * @param acl of a node with ACLs
   */
  public TestServer(Grants.Settings acl) {
    this(
        false,
        Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2),
        4096,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        acl,
        null,
        true,
        ANY);
  }

  /**
   * @param clients what each may have
   */
  TestServer(Budgets budgets, HttpServer.Clients clients) {
    this(
        false,
        budgets,
        4096,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        null,
        null,
        true,
        clients);
  }

  /**
   * @param clients what each may have
   */
  TestServer(Grants.Settings acl, HttpServer.Clients clients) {
    this(
        false,
        Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2),
        4096,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        acl,
        null,
        true,
        clients);
  }

  /**
   * @param audit notes what it is asked
   */
  TestServer(Grants.Settings acl, AuditLog audit) {
    this(acl, audit, true);
  }

  /**
   * @param auditReads as {@code flotilla.audit.reads}
   */
  TestServer(Grants.Settings acl, AuditLog audit, boolean auditReads) {
    this(
        false,
        Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2),
        4096,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        acl,
        audit,
        auditReads,
        ANY);
  }

  private TestServer(
      boolean exactTtl,
      Budgets budgets,
      long minRate,
      Duration timeout,
      Duration idle,
      Grants.Settings acl,
      AuditLog audit,
      boolean auditReads,
      HttpServer.Clients clients) {
    this.acl = acl;
    this.audit = audit;
    this.budgets = budgets;
    KeyValueStore.Limits limits =
        new KeyValueStore.Limits(10_000, budgets.requests(), 10_000, budgets.waiting());
    store =
        new KeyValueStore(
            kit.system(), spaces.ref(), limits, existence(keySpaceNames), System::nanoTime);
    registry =
        new Registry(
            kit.system(), catalogs.ref(), limits, existence(catalogNames), System::nanoTime);
    http =
        new HttpServer(
            kit.system(),
            new HttpServer.Settings(
                "127.0.0.1",
                0,
                Set.of("flotilla.example"),
                acl == null ? "" : acl.secret(),
                timeout,
                Duration.ZERO,
                idle,
                exactTtl,
                budgets,
                minRate,
                auditReads,
                clients,
                true,
                8999,
                Optional.empty()),
            new HttpServer.Parts(
                SELF,
                store,
                KeySpace.localReplicas(localLog()),
                (namespace, session, member) -> checks.problem(namespace, session, member),
                namespace ->
                    logWrites
                        ? CompletableFuture.completedFuture(Done.getInstance())
                        : CompletableFuture.failedFuture(new Refusal("unavailable", "no log")),
                registry,
                Catalog.localReplicas(localLog()),
                noCoordinator(),
                new Balancer((service, instance, time) -> {}, System::nanoTime),
                ProxySettings.of(ConfigFactory.load().getConfig("flotilla")).limits(),
                Targets.in(Ranges.of(ConfigFactory.load().getConfig("flotilla"))),
                topics(),
                cluster(),
                events,
                control,
                aclParts(limits),
                Optional.ofNullable(audit)),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            () -> System.nanoTime() + ahead.get(),
            Clock.systemUTC());
    int port = http.bind().toCompletableFuture().join().getPort();
    base = "http://127.0.0.1:" + port + "/v1";
  }

  private Optional<HttpServer.AclParts> aclParts(KeyValueStore.Limits limits) {
    if (acl == null) {
      return Optional.empty();
    }
    LocalReplicas<AclState> copies = Acl.localReplicas(localLog());
    Existence log = existence(aclNames);
    return Optional.of(
        new HttpServer.AclParts(
            new AclStore(kit.system(), acls.ref(), limits, log, System::nanoTime),
            copies,
            new Grants(kit.system(), copies, log, acl, () -> System.nanoTime() + ahead.get()),
            () -> resetIndex));
  }

  private static Existence existence(Set<String> started) {
    return new Existence() {
      @Override
      public boolean isKnown(String namespace) {
        return started.contains(namespace);
      }

      @Override
      public CompletionStage<Done> catchUp() {
        return CompletableFuture.completedFuture(Done.getInstance());
      }

      @Override
      public Quota.Room room() {
        return Quota.unlimited().room();
      }
    };
  }

  /** The namespaces whose keys or sessions have an actor, or had one before a failover. */
  Set<String> keySpaces() {
    return Set.copyOf(keySpaceNames);
  }

  /** The same for the registry. */
  Set<String> catalogs() {
    return Set.copyOf(catalogNames);
  }

  private static CoordinatorView noCoordinator() {
    return new CoordinatorView() {
      @Override
      public CompletionStage<Coordinator.Status> status() {
        return CompletableFuture.failedFuture(new TimeoutException());
      }

      @Override
      public CompletionStage<Optional<Choice>> pick(String namespace, String service) {
        return CompletableFuture.failedFuture(new TimeoutException());
      }
    };
  }

  private Topics topics() {
    return new Topics(
        kit.system(),
        topics.ref(),
        TopicEvents::encode,
        new Topics.Limits(100, 100),
        System::nanoTime);
  }

  /** Restarts all topics, as if they had moved. */
  void moveTopics() {
    topics.ids().forEach(topics::stop);
  }

  private Behavior<Topic.Command> topic(String id) {
    return Topic.create("e" + epochs.incrementAndGet(), room);
  }

  private Behavior<EntityActor.Command> keySpace(String namespace) {
    keySpaceNames.add(namespace);
    return KeySpace.create(
        namespace,
        barrier(epochs.incrementAndGet()),
        Clock.systemUTC(),
        () -> {},
        () -> {},
        new SessionMetrics(new SimpleMeterRegistry()),
        System::nanoTime);
  }

  private Behavior<EntityActor.Command> acl(String name) {
    aclNames.add(name);
    return Acl.create(
        name, barrier(epochs.incrementAndGet()), Clock.systemUTC(), () -> {}, System::nanoTime);
  }

  private Behavior<EntityActor.Command> catalog(String namespace) {
    catalogNames.add(namespace);
    return Catalog.create(
        namespace,
        barrier(epochs.incrementAndGet()),
        Clock.systemUTC(),
        () -> {},
        failed -> {},
        System::nanoTime);
  }

  /** The namespace's actor dies; another recovers from the log when it is asked. */
  public void failOver(String namespace) {
    spaces.stop(namespace);
  }

  private static ReadBarrier barrier(long incarnation) {
    return new ReadBarrier() {
      @Override
      public long epoch(String persistenceId) {
        return incarnation;
      }

      @Override
      public Quota quota() {
        return Quota.unlimited();
      }

      @Override
      public Checkpoints checkpoints() {
        return (id, epoch, sequenceNr, state) ->
            CompletableFuture.completedFuture(Done.getInstance());
      }

      @Override
      public CompletionStage<Done> confirm(String persistenceId, long epoch) {
        return CompletableFuture.completedFuture(Done.getInstance());
      }
    };
  }

  /** What the actors have stored, as a member that has all of it would have it. */
  private LocalReplicas.LocalLog localLog() {
    return new LocalReplicas.LocalLog() {
      @Override
      public boolean has(String persistenceId) {
        return after(persistenceId, 0).sequenceNr() > 0;
      }

      @Override
      public LocalReplicas.Tail after(String persistenceId, long sequenceNr) {
        List<Object> all =
            PersistenceTestKit.create(kit.system()).persistedInStorage(persistenceId);
        return new LocalReplicas.Tail(
            false, Optional.empty(), all.subList((int) sequenceNr, all.size()), all.size());
      }

      @Override
      public LeaderContact leaderContact() {
        return contact;
      }
    };
  }

  /** Whether a key space runs for this namespace. */
  boolean isAwake(String namespace) {
    return spaces.ids().contains(namespace);
  }

  private static ClusterStatus.Member member(String id, boolean in) {
    String seat = in ? "In" : "None";
    return new ClusterStatus.Member(id, "127.0.0.1", 1, 2, null, seat, "Up", in, null, null);
  }

  private ClusterStatus.Snapshot snapshot() {
    return new ClusterStatus.Snapshot(
        "test",
        "node-1",
        "node-1",
        "node-1",
        1,
        "node-1",
        "0",
        new ClusterStatus.Store(0, 1, false, List.of()),
        null,
        List.of(member("node-1", true), member("other", otherIsIn)),
        List.of());
  }

  /** What only members could tell is told by nobody. */
  private ClusterStatus cluster() {
    return (ClusterStatus)
        Proxy.newProxyInstance(
            TestServer.class.getClassLoader(),
            new Class<?>[] {ClusterStatus.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "local" -> snapshot();
                  case "snapshot" ->
                      otherAnswers ? CompletableFuture.completedFuture(snapshot()) : unanswered();
                  default -> unanswered();
                });
  }

  /** Where nobody asks who it is. */
  static Client.Identity somebody(akka.http.javadsl.model.HttpRequest request, String address) {
    return new Client.Identity("somebody", address);
  }

  private static CompletableFuture<?> unanswered() {
    return CompletableFuture.failedFuture(new AskTimeoutException("nobody answers"));
  }

  /** For clients that are slow. */
  void passes(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  /** Shuts down as a node does on request: requests under way are given a moment. */
  void endInOrder() {
    CoordinatedShutdown.get(kit.system()).runAll(CoordinatedShutdown.unknownReason());
  }

  List<Endpoint> endpoints() {
    return http.endpoints();
  }

  public String base() {
    return base;
  }

  HttpResponse<String> send(String method, String path, String body) {
    return sendTo(method, "/v1" + path, body);
  }

  /** To a path that need not be below {@code /v1}. */
  HttpResponse<String> sendTo(String method, String path, String body) {
    HttpRequest.BodyPublisher content =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base).resolve(path)).method(method, content).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  HttpResponse<String> put(String path, String body) {
    return send("PUT", path, body);
  }

  public HttpClient client() {
    return client;
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }

  /** The code of an error. */
  static String code(HttpResponse<String> response) {
    return response.headers().firstValue(ApiError.CODE).orElse("");
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
