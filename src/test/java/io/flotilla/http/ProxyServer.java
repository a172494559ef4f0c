package io.flotilla.http;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.memory.Budgets;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.reach.Ranges;
import io.flotilla.reach.Targets;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.ExactPick;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The routes of proxy and balancing on a free port, with a table that the test sets. */
final class ProxyServer implements AutoCloseable {
  static final String TOKEN = "s3cret";

  /** As if they were the cluster's. */
  static final Set<Integer> OWN_PORTS = ConcurrentHashMap.newKeySet();

  private static final Pace PACE = new Pace(1024, Duration.ofSeconds(3), System::nanoTime);

  /** Ids of the instances that refused the connection. */
  final Queue<String> ejected = new ConcurrentLinkedQueue<>();

  final Balancer balancer =
      new Balancer((service, instance, time) -> ejected.add(instance.id()), System::nanoTime);
  final HttpClient client = HttpClient.newHttpClient();
  final URI base;
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private final InetSocketAddress address;
  private Version version = new Version(1, 0);

  ProxyServer(Duration responseTimeout, int maxRequests, ExactPick exact) {
    ProxySettings.Limits limits =
        new ProxySettings.Limits(
            Duration.ofSeconds(
                3), // a second attempt is made as long as there is time for it in 8 s
            TestPatience.PATIENCE,
            100,
            Duration.ofSeconds(1),
            responseTimeout,
            maxRequests);
    ProxyRoutes proxy = new ProxyRoutes(kit.system(), balancer, limits, targets(), TOKEN, PACE);
    BalanceRoutes balance = new BalanceRoutes(balancer, exact, Duration.ofSeconds(1));
    Router router =
        new Router(
            kit.system(),
            new Access(
                "",
                new ForeignPages(Set.of()),
                new Rate(1, Duration.ofSeconds(1), System::nanoTime),
                Optional.empty()),
            List.of(proxy.endpoints(), balance.endpoints()));
    address =
        HttpPort.bind(
                HttpPort.loops(),
                new InetSocketAddress("127.0.0.1", 0),
                connections(),
                new HttpPort.Service(
                    kit.system(),
                    router::answer,
                    new AnswerHead(Clock.systemUTC()),
                    Optional.empty()))
            .toCompletableFuture()
            .join()
            .endsWith(kit.system())
            .address();
    base = URI.create("http://127.0.0.1:" + address.getPort());
  }

  private static Targets targets() {
    return new Targets(
        Ranges.of(ConfigFactory.load().getConfig("flotilla")),
        address -> OWN_PORTS.contains(address.getPort()));
  }

  private static HttpPort.Limits connections() {
    Budgets budgets = Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2);
    return new HttpPort.Limits(
        Duration.ofMinutes(10),
        TestPatience.PATIENCE,
        TestServer.UNLIMITED,
        TestServer::somebody,
        new Connections(budgets.connections(), TestServer.UNLIMITED),
        budgets,
        PACE);
  }

  void has(Instance... instances) {
    has(Policy.ROUND_ROBIN, HashKey.CLIENT, instances);
  }

  void has(Policy policy, HashKey key, Instance... instances) {
    version = version.next();
    Upstream web = new Upstream("default", "web", policy, key, List.of(instances));
    balancer.update(balancer.table().with(version, List.of(web), List.of()));
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  /** The whole answer to a request sent verbatim. */
  String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
