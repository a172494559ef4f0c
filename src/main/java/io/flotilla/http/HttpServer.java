package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.BYTES;
import static io.flotilla.http.ClientLimits.Kind.CONNECTIONS;
import static io.flotilla.http.ClientLimits.Kind.NAMESPACES;
import static io.flotilla.http.ClientLimits.Kind.SERVICES;
import static io.flotilla.http.ClientLimits.Kind.SESSIONS;
import static io.flotilla.http.ClientLimits.Kind.SUBSCRIPTIONS;
import static io.flotilla.http.ClientLimits.Kind.WATCHES;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Connection;
import io.flotilla.acl.AclState;
import io.flotilla.acl.AclStore;
import io.flotilla.acl.Grants;
import io.flotilla.acl.TokenOp;
import io.flotilla.audit.AuditLog;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.SessionChecks;
import io.flotilla.kv.SessionNamespaces;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.reach.Targets;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Member;
import io.flotilla.registry.Registry;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.topic.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/** The HTTP front end: puts the routes together and binds them to a port. */
public final class HttpServer {
  /**
   * @param host interface to bind to
   * @param names of this node, besides addresses and names of the local network
   * @param requestTimeout how long a request may take, not counting waits for a change
   * @param slow from when a request is logged as slow; zero: never
   * @param idleTimeout how long a connection may be idle
   * @param exactTtl whether sessions end exactly at their TTL, unless the client says otherwise
   * @param budgets of memory
   * @param minRate bytes a second that clients must at least send and read
   * @param auditReads whether the audit log has what changes nothing, too
   * @param clients what one client may have
   * @param ui whether there is a dashboard
   * @param uiControl a port on loopback that its page may talk to, too; 0: none
   * @param tls one engine for each connection; empty: plain HTTP
   */
  public record Settings(
      String host,
      int port,
      Set<String> names,
      String token,
      Duration requestTimeout,
      Duration slow,
      Duration idleTimeout,
      boolean exactTtl,
      Budgets budgets,
      long minRate,
      boolean auditReads,
      Clients clients,
      boolean ui,
      int uiControl,
      Optional<Supplier<SSLEngine>> tls) {}

  /**
   * What one client may have: of memory, parts of what all may have together; of everything else,
   * numbers, 0 for any.
   *
   * @param rate requests a second
   * @param subscriptions to topics
   * @param sessions in a namespace
   * @param services in a namespace
   * @param namespaces new ones in a day
   */
  public record Clients(
      int rate,
      double connections,
      double watches,
      double bytes,
      int subscriptions,
      int sessions,
      int services,
      int namespaces) {}

  /**
   * What the front end gives access to.
   *
   * @param self this node, as clients that connect to it know it
   * @param keys this node's copies of the key spaces, for stale reads
   * @param catalogs this node's copies of the catalogs
   * @param balancer picks instances from the table that the coordinator publishes
   * @param targets where the HTTP proxy may lead
   * @param acl empty: ACLs are off
   * @param audit empty: there is no audit log
   */
  public record Parts(
      Member self,
      KeyValueStore kv,
      LocalReplicas<KeySpaceState> keys,
      SessionChecks checks,
      SessionNamespaces sessionNamespaces,
      Registry registry,
      LocalReplicas<CatalogState> catalogs,
      CoordinatorView coordinator,
      Balancer balancer,
      ProxySettings.Limits proxy,
      Targets targets,
      Topics topics,
      ClusterStatus cluster,
      ClusterEvents events,
      ClusterControl control,
      Optional<AclParts> acl,
      Optional<AuditLog> audit) {}

  /**
   * Tokens, policies and roles.
   *
   * @param grants what tokens give
   * @param reset see {@link TokenOp.Bootstrap}
   */
  public record AclParts(
      AclStore store, LocalReplicas<AclState> copies, Grants grants, LongSupplier reset) {}

  /** The only one there is, as Consul's clients call it. */
  public static final String DATACENTER = Params.DATACENTER;

  /** In the name of each thread that serves connections. */
  public static final String LOOP = HttpPort.LOOP;

  /** A fleet whose token was deleted tries for a while. */
  private static final int GUESSES = 300;

  private static final Duration EACH_GUESS = Duration.ofMillis(200);

  private static final ApiError TOO_OFTEN =
      new ApiError(StatusCodes.TOO_MANY_REQUESTS, "rate-exceeded", "RPC rate limit exceeded");

  private final ActorSystem<?> system;
  private final Settings settings;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Pace pace;
  private final List<List<Endpoint>> endpoints = new ArrayList<>();
  private final Router router;
  private final Optional<Audited> audited;
  private final Access access;
  private final Optional<Rate> rate;
  private final ClientLimits clients;
  private final RequestMetrics metrics;
  private final RequestLog requests;
  private final EventLoopGroup loops = HttpPort.loops();

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param clock the time of day, for people to read
   */
  public HttpServer(
      ActorSystem<?> system,
      Settings settings,
      Parts parts,
      PrometheusMeterRegistry metrics,
      LongSupplier nanoTime,
      Clock clock) {
    this.system = system;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.pace = new Pace(settings.minRate(), settings.requestTimeout(), nanoTime);
    this.metrics = new RequestMetrics(metrics);
    this.requests = new RequestLog(settings.slow(), nanoTime);
    this.clients = clients(settings, nanoTime);
    OperationsRoutes operations =
        new OperationsRoutes(parts.cluster(), metrics, system.executionContext());
    endpoints.add(operations.endpoints());
    endpoints.add(
        new AgentReports(
                metrics, () -> parts.cluster().local().self(), clock, system.executionContext())
            .endpoints());
    CatalogAnswers catalog =
        new CatalogAnswers(
            parts.registry(),
            new LocalReads<>(system, parts.catalogs(), settings.budgets().waiting()),
            settings.requestTimeout(),
            clients);
    endpoints.addAll(state(parts, catalog));
    endpoints.addAll(cluster(parts, catalog));
    endpoints.addAll(balancing(parts));
    endpoints.addAll(
        parts
            .acl()
            .map(acl -> acl(acl, parts.self().name()))
            .orElse(List.of(AclRoutes.off(), AgentTokenRoutes.off())));
    if (settings.ui()) {
      String scheme = settings.tls().isPresent() ? "https" : "http";
      endpoints.add(new UiRoutes(parts.cluster(), scheme, settings.uiControl()).endpoints());
    }
    this.access =
        new Access(
            settings.token(),
            new ForeignPages(settings.names()),
            new Rate(GUESSES, EACH_GUESS, nanoTime),
            parts.acl().map(AclParts::grants));
    this.router = new Router(system, access, endpoints);
    this.rate = rate(settings.clients().rate(), nanoTime);
    this.audited = parts.audit().map(log -> new Audited(system, log, settings.auditReads(), clock));
  }

  /** Twice a second's worth may come at once. */
  private static Optional<Rate> rate(int perSecond, LongSupplier nanoTime) {
    return perSecond == 0
        ? Optional.empty()
        : Optional.of(
            new Rate(2 * perSecond, Duration.ofSeconds(1).dividedBy(perSecond), nanoTime));
  }

  private static ClientLimits clients(Settings settings, LongSupplier nanoTime) {
    Clients each = settings.clients();
    Budgets all = settings.budgets();
    Map<ClientLimits.Kind, Long> most = new EnumMap<>(ClientLimits.Kind.class);
    most.put(
        CONNECTIONS, part(each.connections(), all.connections(), Connections.CONNECTION_BYTES));
    most.put(WATCHES, part(each.watches(), all.waiting(), EntityClient.WAITING_BYTES));
    most.put(BYTES, part(each.bytes(), all.bodies(), 1) + part(each.bytes(), all.answers(), 1));
    most.put(SUBSCRIPTIONS, (long) each.subscriptions());
    most.put(SESSIONS, (long) each.sessions());
    most.put(SERVICES, (long) each.services());
    most.put(NAMESPACES, (long) each.namespaces());
    most.values().removeIf(any -> any == 0);
    return new ClientLimits(most, nanoTime);
  }

  /** 0 for all. */
  private static long part(double part, Budget all, long each) {
    return part == 1 ? 0 : Math.max(1, (long) (part * all.bytes() / each));
  }

  List<Endpoint> endpoints() {
    return endpoints.stream().flatMap(List::stream).toList();
  }

  private List<List<Endpoint>> acl(AclParts parts, String self) {
    AclAnswers acl =
        new AclAnswers(
            parts.store(),
            new LocalReads<>(system, parts.copies(), settings.budgets().waiting()),
            settings.requestTimeout(),
            clients,
            parts.grants());
    // Who has set a token for this node means to have the first word.
    Need bootstrap = settings.token().isEmpty() ? Need.NOTHING : Need.MANAGEMENT;
    return List.of(
        new AclRoutes(acl, bootstrap, parts.reset(), clock).endpoints(),
        new TokenRoutes(acl, settings.token(), clock).endpoints(),
        AgentTokenRoutes.endpoints(self),
        new PolicyRoutes(acl).endpoints(),
        new RoleRoutes(acl).endpoints());
  }

  /** Keys, sessions, transactions, and what is sent as it happens. */
  private List<List<Endpoint>> state(Parts parts, CatalogAnswers catalog) {
    Duration timeout = settings.requestTimeout();
    EntityAnswers<KeySpaceState, KeySpaceDraft> kv =
        new EntityAnswers<>(
            parts.kv(),
            new LocalReads<>(system, parts.keys(), settings.budgets().waiting()),
            timeout,
            clients);
    PendingEvents pending = new PendingEvents(settings.budgets().answers());
    metrics.observe(pending);
    Supplier<String> self = () -> parts.cluster().local().self();
    KvRoutes keys = new KvRoutes(kv);
    SessionRoutes sessions =
        new SessionRoutes(
            kv,
            parts.checks(),
            parts.sessionNamespaces(),
            parts.cluster()::local,
            settings.exactTtl());
    WatchRoutes watches = new WatchRoutes(system, parts.kv(), pending);
    TxnRoutes transactions = new TxnRoutes(kv, new CatalogTransactions(catalog));
    TopicRoutes topics = new TopicRoutes(system, parts.topics(), timeout, pending);
    MonitorRoutes monitor = new MonitorRoutes(system, pending, self);
    ClusterEventRoutes events = new ClusterEventRoutes(system, pending, parts.events());
    return List.of(
        events.endpoints(),
        keys.endpoints(),
        sessions.endpoints(),
        watches.endpoints(),
        transactions.endpoints(),
        topics.endpoints(),
        monitor.endpoints());
  }

  /** The registry, and the status of the cluster itself. */
  private List<List<Endpoint>> cluster(Parts parts, CatalogAnswers catalog) {
    String at = parts.self().name();
    return List.of(
        new AgentRoutes(catalog, parts.self()).endpoints(),
        new HealthRoutes(catalog).endpoints(),
        new CatalogRoutes(catalog).endpoints(),
        new AgentServiceRoutes(catalog, at, nanoTime).endpoints(),
        new StatusRoutes(parts.cluster(), parts.self()).endpoints(),
        new CoordinatorRoutes(parts.coordinator()).endpoints(),
        new DebugRoutes(parts.cluster()).endpoints(),
        new MembershipRoutes(parts.cluster(), parts.control()).endpoints(),
        new OperatorRoutes(parts.control()).endpoints(),
        new SnapshotRoutes(system, parts.control()).endpoints(),
        new AutopilotRoutes(parts.cluster(), parts.control(), clock).endpoints(),
        new EventRoutes(catalog).endpoints(),
        new QueryRoutes(catalog).endpoints(),
        new CoordinateRoutes(parts.cluster()).endpoints(),
        AbsentRoutes.endpoints());
  }

  private List<List<Endpoint>> balancing(Parts parts) {
    BalanceRoutes balance =
        new BalanceRoutes(parts.balancer(), parts.coordinator(), settings.requestTimeout());
    ProxyRoutes proxy =
        new ProxyRoutes(
            system, parts.balancer(), parts.proxy(), parts.targets(), settings.token(), pace);
    return List.of(balance.endpoints(), proxy.endpoints());
  }

  /** The threads that serve connections. */
  public List<Executor> loops() {
    List<Executor> all = new ArrayList<>();
    loops.forEach(all::add);
    return all;
  }

  /** Completes with the address it listens on, and not on an event loop: much may follow. */
  public CompletionStage<InetSocketAddress> bind() {
    HttpPort.Limits limits =
        new HttpPort.Limits(
            settings.idleTimeout(),
            settings.requestTimeout(),
            clients,
            access::identity,
            new Connections(settings.budgets().connections(), clients),
            settings.budgets(),
            pace);
    HttpPort.Service service =
        new HttpPort.Service(
            system, metrics.timed(this::named), new AnswerHead(clock), settings.tls());
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    return HttpPort.bind(loops, address, limits, service)
        .thenApplyAsync(port -> port.endsWith(system).address(), system.executionContext());
  }

  private CompletionStage<HttpResponse> named(HttpRequest request) {
    return requests.answer(request, this::serve);
  }

  private CompletionStage<HttpResponse> serve(HttpRequest request) {
    CompletionStage<HttpResponse> answer = noted(request);
    return Refused.of(request).isEmpty()
        ? answer
        : answer.thenApply(last -> last.addHeader(Connection.create("close")));
  }

  private CompletionStage<HttpResponse> noted(HttpRequest request) {
    if (comesTooOften(request)) {
      return CompletableFuture.completedFuture(TOO_OFTEN.answer(request));
    }
    return audited
        .map(all -> all.answer(request, this::routed))
        .orElseGet(() -> routed(request))
        .thenApply(answer -> Answers.counted(request, Json.shaped(request, answer)));
  }

  private boolean comesTooOften(HttpRequest request) {
    return rate.isPresent()
        && !OperationsRoutes.isOpen(request)
        && rate.get().isExceeded(Client.name(request));
  }

  private CompletionStage<HttpResponse> routed(HttpRequest request) {
    return Refused.of(request)
        .filter(refused -> !OperationsRoutes.isOpen(request))
        .<CompletionStage<HttpResponse>>map(
            refused -> CompletableFuture.completedFuture(refused.why().answer(request)))
        .orElseGet(() -> router.answer(request));
  }
}
