package io.flotilla.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.proxy.ProxySettings.Limits;
import io.flotilla.proxy.ProxySettings.Listener;
import io.flotilla.reach.Ranges;
import io.flotilla.reach.Targets;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class TcpProxyTest {
  private static final Ranges RANGES = Ranges.of(ConfigFactory.load().getConfig("flotilla"));

  /**
   * A listening server accepts within this time, however busy the machine is, which leaves time for
   * a second attempt within the 8 s for all attempts.
   */
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private final List<String> ejected = new ArrayList<>();
  private final Balancer balancer =
      new Balancer(
          (service, instance, time) -> {
            synchronized (ejected) {
              ejected.add(instance.id());
            }
          },
          System::nanoTime);
  private Version version = new Version(1, 0);
  private TcpProxy proxy;

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private void has(Instance... instances) {
    version = version.next();
    Upstream web =
        new Upstream("default", "web", Policy.ROUND_ROBIN, HashKey.CLIENT, List.of(instances));
    balancer.update(balancer.table().with(version, List.of(web), List.of()));
  }

  private static Limits limits(Duration connect, Duration idle, int connections) {
    return new Limits(
        connect, idle, connections, Duration.ofSeconds(1), Duration.ofSeconds(1), 100);
  }

  private void start() {
    start(limits(CONNECT, TestPatience.PATIENCE, 1_000));
  }

  private void start(Limits limits) {
    proxy =
        TcpProxy.start(
                kit.system(),
                new Connector(
                    kit.system(),
                    balancer,
                    Targets.in(RANGES),
                    limits.connectTimeout(),
                    System::nanoTime),
                new Listener("127.0.0.1", 0, "default", "web", null),
                limits)
            .toCompletableFuture()
            .join();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(proxy.address());
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private String ask(String question) throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(question.getBytes(UTF_8));
      client.shutdownOutput();
      return new String(client.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private void noneUnderWay() {
    await()
        .untilAsserted(
            () -> {
              assertThat(balancer.loads("default", "web")).allMatch(l -> l.inFlight() == 0);
              assertThat(proxy.counts().open()).isZero();
            });
  }

  @Test
  void theEndOfOneDirectionIsPassedOnWhileTheOtherGoesOn() throws IOException {
    try (Backend counting =
        new Backend(
            client -> {
              int length = client.getInputStream().readAllBytes().length; // until the client ends
              client.getOutputStream().write(("got " + length).getBytes(UTF_8));
            })) {
      has(counting.instance("a"));
      start();
      assertThat(ask("x".repeat(100_000))).isEqualTo("got 100000");
      noneUnderWay();
    }
  }

  @Test
  void theBackendsEndIsPassedOnWhileTheClientStillSends() throws Exception {
    CountDownLatch got = new CountDownLatch(1);
    try (Backend hasty =
        new Backend(
            client -> {
              client.getOutputStream().write("enough".getBytes(UTF_8));
              client.shutdownOutput();
              if (client.getInputStream().readAllBytes().length == 5) {
                got.countDown();
              }
            })) {
      has(hasty.instance("a"));
      start();
      try (Socket client = connect()) {
        assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("enough");
        client.getOutputStream().write("after".getBytes(UTF_8));
        client.shutdownOutput();
        assertThat(got.await(120, TimeUnit.SECONDS)).isTrue();
      }
      noneUnderWay();
    }
  }

  @Test
  void fiftyMegabytesGoThroughAndASlowReaderHoldsTheSenderUp() throws Exception {
    int size = 50 << 20;
    CountDownLatch read = new CountDownLatch(1);
    AtomicInteger received = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    byte[] block = new byte[1 << 20];
    new Random(1).nextBytes(block);
    try (Backend slow =
        new Backend(
            client -> {
              read.await();
              byte[] buffer = new byte[65_536];
              for (int n = client.getInputStream().read(buffer);
                  n >= 0;
                  n = client.getInputStream().read(buffer)) {
                for (int i = 0; i < n; i++) {
                  wrong.addAndGet(buffer[i] == block[(received.get() + i) % block.length] ? 0 : 1);
                }
                received.addAndGet(n);
              }
              client.getOutputStream().write('!');
            })) {
      has(slow.instance("a"));
      start();
      try (SocketChannel client = SocketChannel.open(proxy.address())) {
        client.configureBlocking(false);
        int sent = sendUntilStuck(client, block);
        // Socket buffers of the kernel and what Akka reads ahead; not what was to be sent.
        assertThat(sent).isBetween(1, 24 << 20);
        read.countDown();
        client.configureBlocking(true);
        while (sent < size) {
          int at = sent % block.length;
          sent +=
              client.write(ByteBuffer.wrap(block, at, Math.min(block.length - at, size - sent)));
        }
        client.shutdownOutput();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
      }
      assertThat(received).hasValue(size);
      assertThat(wrong).hasValue(0);
      noneUnderWay();
    }
  }

  /** Until nothing could be written for half a second. */
  private static int sendUntilStuck(SocketChannel client, byte[] block) throws Exception {
    int sent = 0;
    long stuckSince = System.nanoTime();
    while (System.nanoTime() - stuckSince < 500_000_000L && sent < 50 << 20) {
      int at = sent % block.length;
      int n = client.write(ByteBuffer.wrap(block, at, block.length - at));
      if (n > 0) {
        sent += n;
        stuckSince = System.nanoTime();
      } else {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    return sent;
  }

  @Test
  void anInstanceThatRefusesIsLeftOutAndNoConnectionFails() throws IOException {
    try (Backend alive = new Backend(Backend::echo)) {
      has(Backend.instance("dead", FreePorts.next()), alive.instance("alive"));
      start();
      for (int i = 0; i < 20; i++) {
        assertThat(ask("hello")).isEqualTo("hello");
      }
      synchronized (ejected) {
        assertThat(ejected).startsWith("dead").doesNotContain("alive");
      }
      noneUnderWay();
    }
  }

  @Test
  void anInstanceThatDoesNotAcceptInTimeIsLeftOut() throws IOException {
    // Linux drops connections beyond the backlog of a socket that isn't accepting.
    List<Socket> filling = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Backend alive = new Backend(Backend::echo)) {
      fill(deaf, filling);
      has(Backend.instance("deaf", deaf.getLocalPort()), alive.instance("alive"));
      start(limits(CONNECT, TestPatience.PATIENCE, 100));
      for (int i = 0; i < 5; i++) {
        assertThat(ask("hello")).isEqualTo("hello");
      }
      synchronized (ejected) {
        assertThat(ejected).contains("deaf").doesNotContain("alive");
      }
    } finally {
      for (Socket s : filling) {
        s.close();
      }
    }
  }

  private static void fill(ServerSocket deaf, List<Socket> filling) throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket s = new Socket();
      filling.add(s);
      try {
        s.connect(deaf.getLocalSocketAddress(), 1_000);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new AssertionError("it still accepts");
  }

  private record Asked(long atNanos, String answer) {}

  /** One after another, so that a slow machine is asked less often. */
  private void keepAsking(AtomicBoolean enough, Queue<Asked> all) {
    while (!enough.get()) {
      all.add(askForName());
    }
  }

  private Asked askForName() {
    long start = System.nanoTime();
    try {
      String answer = ask("GET / HTTP/1.0\r\n\r\n");
      return new Asked(start, answer.substring(answer.lastIndexOf('\n') + 1));
    } catch (IOException e) {
      return new Asked(start, e.toString());
    }
  }

  private static long count(Queue<Asked> all, String answer) {
    return all.stream().filter(a -> a.answer().equals(answer)).count();
  }

  @Test
  void ofManyRequestsNoneFailsWhenAnInstanceDiesAndItComesBack() throws Exception {
    HttpServer one = Backend.named("one", 0);
    HttpServer two = Backend.named("two", 0);
    HttpServer three = Backend.named("three", 0);
    has(
        Backend.instance("one", one.getAddress().getPort()),
        Backend.instance("two", two.getAddress().getPort()),
        Backend.instance("three", three.getAddress().getPort()));
    start();
    Queue<Asked> all = new ConcurrentLinkedQueue<>();
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    for (int i = 0; i < 4; i++) {
      threads.execute(() -> keepAsking(enough, all));
    }
    await().until(() -> count(all, "two") > 100);
    two.stop(0);
    long dead = System.nanoTime();
    await().until(() -> all.stream().filter(a -> a.atNanos() > dead).count() > 400);
    HttpServer back = Backend.named("back", two.getAddress().getPort());
    await().until(() -> count(all, "back") > 100);
    enough.set(true);
    threads.shutdown();
    assertThat(threads.awaitTermination(120, TimeUnit.SECONDS)).isTrue();

    Set<String> names = Set.of("one", "two", "three", "back");
    assertThat(all)
        .filteredOn(a -> !names.contains(a.answer()))
        .as("failed")
        .allMatch(a -> a.atNanos() < dead);
    assertThat(all).filteredOn(a -> a.atNanos() > dead).noneMatch(a -> a.answer().equals("two"));
    assertThat(all.size()).isGreaterThan(900);
    List.of(one, three, back).forEach(s -> s.stop(0));
    noneUnderWay();
  }

  @Test
  void whoSpeaksHttpIsToldThatTheServiceIsEmptyOthersAreReset() throws IOException {
    has();
    start();
    String answer = ask("GET /colour HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains(
            "{\"error\":{\"code\":\"no-instance\",\"message\":\"No instance of the service 'web'");
    assertThatThrownBy(() -> ask("hello")).isInstanceOf(SocketException.class);
    try (Backend back = new Backend(Backend::echo)) {
      has(back.instance("a"));
      assertThat(ask("hello")).isEqualTo("hello");
    }
    assertThat(proxy.counts().unserved()).isEqualTo(2);
    assertThat(proxy.counts().accepted()).isEqualTo(3);
    noneUnderWay();
  }

  @Test
  void anUnknownServiceAndOneThatNobodyReachesAreToldApart() throws IOException {
    start();
    assertThat(ask("PUT / HTTP/1.1\r\n\r\n")).contains("\"unknown-service\"");
    has(Backend.instance("dead", FreePorts.next()), Backend.instance("too", FreePorts.next()));
    assertThat(ask("PUT / HTTP/1.1\r\n\r\n")).contains("\"no-instance-reachable\"", "tried: 2");
  }

  @Test
  void aClientThatIsSilentWhileTheServiceIsEmptyIsNotKeptWaiting() throws IOException {
    has();
    start();
    try (Socket client = connect()) {
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aConnectionOnWhichNothingHappensIsClosed() throws IOException {
    try (Backend silent = new Backend(Backend::silence)) {
      has(silent.instance("a"));
      start(limits(CONNECT, Duration.ofMillis(500), 100));
      try (Socket client = connect()) {
        assertThatThrownBy(
                () -> {
                  client.getOutputStream().write('?');
                  client.getInputStream().read();
                })
            .isInstanceOf(SocketException.class)
            .isNotInstanceOf(SocketTimeoutException.class);
      }
      noneUnderWay();
    }
  }

  @Test
  void whenItsBackendDiesAConnectionIsReset() throws IOException {
    Backend dying = new Backend(Backend::echo);
    has(dying.instance("a"));
    start();
    try (Socket client = connect()) {
      client.getOutputStream().write('?');
      assertThat(client.getInputStream().read()).isEqualTo('?');
      dying.close();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    noneUnderWay();
  }

  @Test
  void whenTheClientDiesItsBackendIsToldSo() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (Backend backend =
        new Backend(
            client -> {
              try {
                Backend.echo(client);
              } finally {
                told.countDown();
              }
            })) {
      has(backend.instance("a"));
      start();
      Socket client = connect();
      client.getOutputStream().write('?');
      assertThat(client.getInputStream().read()).isEqualTo('?');
      client.setSoLinger(true, 0);
      client.close();
      assertThat(told.await(120, TimeUnit.SECONDS)).isTrue();
      noneUnderWay();
    }
  }

  @Test
  void connectionsBeyondTheLimitWaitUntilOneEnds() throws IOException {
    try (Backend backend = new Backend(Backend::echo)) {
      has(backend.instance("a"));
      start(limits(CONNECT, TestPatience.PATIENCE, 2));
      Socket first = connect();
      Socket second = connect();
      for (Socket s : List.of(first, second)) {
        s.getOutputStream().write('?');
        assertThat(s.getInputStream().read()).isEqualTo('?');
      }
      try (Socket third = connect()) {
        third.getOutputStream().write('!');
        third.setSoTimeout(500);
        assertThatThrownBy(() -> third.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        assertThat(backend.accepted()).isEqualTo(2);
        first.close();
        third.setSoTimeout(TestPatience.MILLIS);
        assertThat(third.getInputStream().read()).isEqualTo('!');
      }
      second.close();
    }
  }

  @Test
  void drainingLetsOpenConnectionsGoOnAndTakesNoMore() throws IOException {
    try (Backend backend = new Backend(Backend::echo)) {
      has(backend.instance("a"));
      start();
      InetSocketAddress address = proxy.address();
      Socket open = connect();
      open.getOutputStream().write('1');
      assertThat(open.getInputStream().read()).isEqualTo('1');
      CompletionStage<akka.Done> drained = proxy.drain();
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(
                          () -> new Socket(address.getAddress(), address.getPort()).close())
                      .hasMessageContaining("refused"));
      open.getOutputStream().write('2');
      assertThat(open.getInputStream().read()).isEqualTo('2');
      assertThat(drained.toCompletableFuture()).isNotDone();
      open.close();
      assertThat(drained.toCompletableFuture()).succeedsWithin(TestPatience.PATIENCE);
    }
  }

  @Test
  void whatIsStillOpenAfterDrainingIsReset() throws IOException {
    try (Backend backend = new Backend(Backend::echo)) {
      has(backend.instance("a"));
      start();
      try (Socket open = connect()) {
        open.getOutputStream().write('1');
        assertThat(open.getInputStream().read()).isEqualTo('1');
        CompletionStage<akka.Done> drained = proxy.drain();
        proxy.abort();
        assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(drained.toCompletableFuture()).succeedsWithin(TestPatience.PATIENCE);
      }
    }
  }

  @Test
  void aTakenPortIsTold() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Listener listener = new Listener("127.0.0.1", taken.getLocalPort(), "default", "web", null);
      ProxySettings settings =
          new ProxySettings(
              limits(Duration.ofSeconds(1), Duration.ofSeconds(1), 1), List.of(listener), RANGES);
      assertThatThrownBy(
              () ->
                  Proxies.start(kit.system(), settings, balancer, System::nanoTime)
                      .toCompletableFuture()
                      .join())
          .hasMessageContaining("can't listen on 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("in use");
    }
  }
}
