package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.flotilla.TestPatience;
import io.flotilla.cli.Launcher.Outcome;
import io.flotilla.cli.Launcher.Running;
import io.flotilla.client.FakeNode;
import io.flotilla.proxy.Backend;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as a process of its own, asking a server that answers as a node's catalog does. */
@Timeout(600)
class ProxyCommandTest {
  @TempDir private Path dir;
  private Launcher launcher;

  @BeforeEach
  void launcher() throws IOException {
    Path script = dir.resolve("flotilla");
    Files.writeString(
        script,
        "#!/bin/sh\nexec %s -cp '%s' io.flotilla.Main \"$@\"\n"
            .formatted(Jvm.java(), System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    launcher = new Launcher(dir, script);
  }

  /** {@code GET /v1/health/service/web} in Consul's shape, with blocking queries. */
  private static final class Health {
    private List<Backend> passing = List.of();
    private int index = 1;
    private int awaited;

    synchronized void has(Backend... backends) {
      passing = List.of(backends);
      index++;
      notifyAll();
    }

    /** Whether somebody waits for what comes next. */
    synchronized boolean isAwaited() {
      return awaited == index;
    }

    synchronized void answer(HttpExchange exchange) throws IOException {
      assertThat(exchange.getRequestURI().getPath()).isEqualTo("/v1/health/service/web");
      Matcher seen = Pattern.compile("index=(\\d+)").matcher(exchange.getRequestURI().toString());
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      try {
        if (seen.find()) {
          awaited = Integer.parseInt(seen.group(1));
          while (index <= Integer.parseInt(seen.group(1)) && System.nanoTime() < until) {
            wait(100);
          }
        }
      } catch (InterruptedException e) {
        return; // the node ends
      }
      byte[] body =
          passing.stream()
              .map(Health::json)
              .collect(Collectors.joining(",", "[", "]"))
              .getBytes(UTF_8);
      exchange.getResponseHeaders().set("X-Consul-Index", Integer.toString(index));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    }

    private static String json(Backend b) {
      return """
          {"Node":{"Node":"n1","Address":"127.0.0.1"},
           "Service":{"ID":"web-%d","Service":"web","Tags":[],"Address":"","Port":%d,
                      "Meta":{},"Weights":{"Passing":1,"Warning":1}},
           "Checks":[{"CheckID":"serfHealth","Status":"passing"}]}"""
          .formatted(b.port(), b.port());
    }
  }

  private static String line(Running proxy, String pattern) {
    Pattern line = Pattern.compile(pattern);
    await()
        .until(
            () ->
                line.matcher(proxy.output() + proxy.errors()).find() || !proxy.process().isAlive());
    Matcher found = line.matcher(proxy.output() + proxy.errors());
    assertThat(found.find()).as(pattern + " in " + proxy.output() + proxy.errors()).isTrue();
    return found.groupCount() == 0 ? found.group() : found.group(1);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private static void echoes(Socket socket) throws IOException {
    socket.getOutputStream().write('?');
    assertThat(socket.getInputStream().read()).isEqualTo('?');
  }

  @Test
  void itFollowsTheServiceOutlivesTheNodesAndDrains() throws Exception {
    Health health = new Health();
    try (Backend one = new Backend(Backend::echo);
        Backend two = new Backend(Backend::echo);
        FakeNode node = new FakeNode((self, exchange) -> health.answer(exchange));
        Running proxy =
            launcher.start(
                "",
                "proxy",
                "--service",
                "web",
                "--listen",
                "127.0.0.1:0",
                "--policy",
                "round-robin",
                "--drain=600", // longer than this waits for its end
                "--http-addr",
                FakeNode.nobody() + "," + node.address())) {
      health.has(one, two);
      int port = Integer.parseInt(line(proxy, "listening on 127.0.0.1:(\\d+) for web"));
      line(proxy, "connection refused; continuing with");
      line(proxy, "instances: 2");
      for (int i = 0; i < 4; i++) {
        try (Socket client = connect(port)) {
          echoes(client);
        }
      }
      health.has(one);
      line(proxy, "- web-" + two.port() + " at 127.0.0.1:" + two.port());

      await().until(health::isAwaited); // or the node might be gone before it is asked again
      node.close();
      line(proxy, "no node answers at .*; continuing with the 1 last known instances");
      Socket open = connect(port);
      echoes(open);
      proxy.process().destroy(); // SIGTERM
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> connect(port).close())
                      .isInstanceOf(ConnectException.class));
      echoes(open);
      assertThat(proxy.process().isAlive()).isTrue();
      open.close();
      assertThat(proxy.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void anEjectedInstanceIsTold() throws Exception {
    Health health = new Health();
    try (Backend alive = new Backend(Backend::echo);
        Backend dead = new Backend(Backend::echo);
        FakeNode node = new FakeNode((self, exchange) -> health.answer(exchange));
        Running proxy =
            launcher.start(
                "", "proxy", "--service", "web", "--listen", "0", "--http-addr", node.address())) {
      dead.close();
      health.has(alive, dead);
      int port = Integer.parseInt(line(proxy, "listening on 127.0.0.1:(\\d+) for web"));
      line(proxy, "instances: 2");
      for (int i = 0; i < 3; i++) {
        try (Socket client = connect(port)) {
          echoes(client);
        }
      }
      line(proxy, "ejected: web-" + dead.port() + " at .* accepts no connections; retrying in 1 s");
    }
  }

  @Test
  void whatItCannotDoIsTold() throws IOException {
    Outcome policy = launcher.run("proxy", "--service", "web", "--policy", "fastest");
    assertThat(policy.exitCode()).isEqualTo(1);
    assertThat(policy.errors()).contains("round-robin, least-connections");
    Outcome key = launcher.run("proxy", "--service", "web", "--key", "header:X");
    assertThat(key.exitCode()).isEqualTo(1);
    assertThat(key.errors()).contains("/v1/proxy/SERVICE/");
    try (Backend taken = new Backend(Backend::echo)) {
      Outcome port =
          launcher.run("proxy", "--service", "web", "--listen", "127.0.0.1:" + taken.port());
      assertThat(port.exitCode()).isEqualTo(1);
      assertThat(port.errors())
          .contains("can't listen on 127.0.0.1:" + taken.port())
          .doesNotContain("\tat ");
    }
    assertThat(launcher.run("proxy").exitCode()).isEqualTo(2);
  }
}
