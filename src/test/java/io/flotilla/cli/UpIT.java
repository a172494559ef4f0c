package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.Chromium;
import io.flotilla.cli.Launcher.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands a newcomer meets, on real nodes. */
@Timeout(900)
class UpIT {
  /** Kept, as a channel that nobody knows any more is closed, and gives up its lock. */
  private static final List<FileChannel> HELD = new ArrayList<>();

  @TempDir private Path dir;

  /**
   * The first of four consecutive ports at which HTTP, Raft and cluster ports are free. No other
   * test gets the same, also in another process, until this one ends.
   */
  static int freeBase() {
    for (int base = 21_500; base < 60_000; base += 400) {
      boolean free = true;
      for (int i = 0; i < 4; i++) {
        free &=
            Ports.isFree(base + 100 + i)
                && Ports.isFree(base + i)
                && Ports.isFree(base - 100 + i)
                && Ports.isFree(base - 200 + i);
      }
      if (free && isOurs(base)) {
        return base;
      }
    }
    throw new AssertionError("no free ports");
  }

  /** The lock is held as long as this process lives. */
  private static boolean isOurs(int base) {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "flotilla-ports-" + base);
    try {
      FileChannel held =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      HELD.add(held);
      return held.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_cluster_with_tokens_and_tls_tells_how_to_use_it() throws IOException {
    int base = freeBase();
    List<String> command =
        List.of("up", "--nodes", "1", "--http-port", "" + base, "--data", dir + "/data");
    Path tokenFile = dir.resolve("data/acl-token");
    Path ca = dir.resolve("data/tls/ca.pem");
    Launcher flotilla = client(base).with("CONSUL_CACERT", ca.toString());
    String token;
    try (Launcher.Running up = up(command, "--acl", "--secure")) {
      assertThat(up.output())
          .contains("export FLOTILLA_HTTP_TOKEN=$(cat " + tokenFile + ")")
          .contains("curl -H \"X-Consul-Token: $FLOTILLA_HTTP_TOKEN\" -X PUT")
          .contains("export CONSUL_HTTP_SSL=true CONSUL_CACERT=" + ca);
      token = Files.readString(tokenFile).strip();
      assertThat(up.output()).doesNotContain(token);
      assertThat(flotilla.run("kv", "set", "a", "1").errors()).contains("Permission denied");
      assertThat(flotilla.with("CONSUL_HTTP_TOKEN", token).run("kv", "set", "a", "1").exitCode())
          .isZero();
    }
    try (Launcher.Running up = up(command)) {
      assertThat(flotilla.run("kv", "get", "a").output()).as(up.output()).isEqualTo("1\n");
      assertThat(client(base).run("kv", "get", "a").errors())
          .contains("unable to find valid certification path");
      assertThat(client(base).with("CONSUL_HTTP_SSL", "false").run("kv", "get", "a").errors())
          .contains("Client sent an HTTP request to an HTTPS server");
    }
  }

  /** Starts what goes on as it was begun: with tokens and with TLS, if it was said once. */
  private Launcher.Running up(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    Launcher.Running up = new Launcher(dir).start("", all.toArray(String[]::new));
    await().atMost(Duration.ofMinutes(4)).until(() -> up.output().contains("Ctrl-C here"));
    return up;
  }

  private Launcher client(int base) {
    return new Launcher(dir)
        .with("FLOTILLA_HTTP_ADDR", "127.0.0.1:" + base)
        .with("CONSUL_HTTP_SSL", "true");
  }

  @Test
  void a_cluster_is_started_used_crashed_restarted_and_ended() throws IOException {
    int base = freeBase();
    Launcher flotilla =
        new Launcher(dir)
            .with("FLOTILLA_HTTP_ADDR", "127.0.0.1:" + base + "," + (base + 1) + "," + (base + 2));
    List<ProcessHandle> nodes;
    try (Launcher.Running up = start(flotilla, base)) {
      assertThat(up.output()).contains("dig @127.0.0.1 -p " + (base + 100) + " ");
      assertThat(Ports.isFree(base + 102)).as("n3 serves DNS").isFalse();
      Outcome set = flotilla.run("kv", "set", "équipe/a b%", "grün ç");
      assertThat(set.exitCode()).as(set.all()).isZero();
      assertThat(set.output()).isEqualTo("OK\n");
      assertThat(flotilla.run("kv", "get", "équipe/a b%").output()).isEqualTo("grün ç\n");
      assertThat(flotilla.run("kv", "get", "missing").exitCode()).isEqualTo(1);
      assertThat(flotilla.run("kv", "list", "équipe/").output()).isEqualTo("équipe/a b%\n");
      assertThat(flotilla.run("cluster").output()).contains("n1", "n2", "n3", "leader ");

      Outcome again = flotilla.run("up", "--http-port", "" + base, "--data", dir + "/other");
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.errors()).contains("port " + base + " (n1 HTTP)");
      Outcome same = flotilla.run("up", "--http-port", "" + base, "--data", dir + "/data");
      assertThat(same.errors()).contains("already running");

      assertThat(flotilla.run("crash", "n2").output()).contains("n2 (process");
      await().until(() -> up.output().contains("n2 was killed (kill -9)"));
      assertThat(flotilla.run("crash", "n2").errors()).contains("not running");
      assertThat(flotilla.run("kv", "set", "while", "n2 was away").exitCode()).isZero();
      Outcome restart = flotilla.run("restart", "n2");
      assertThat(restart.output()).as(restart.all()).contains("n2 is back");
      Outcome own = flotilla.run("kv", "get", "while", "--http-addr", "127.0.0.1:" + (base + 1));
      assertThat(own.output()).isEqualTo("n2 was away\n");
      theDashboardCrashesANodeAndNothingIsLost(up);
      itGrowsAndShrinks(flotilla, up);
      nodes = processes();
      assertThat(nodes).hasSize(3).allMatch(ProcessHandle::isAlive);
    }
    await().until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(Files.exists(dir.resolve("data/up.json"))).isFalse();

    Outcome five = flotilla.run("up", "--nodes", "5", "--data", dir + "/data");
    assertThat(five.exitCode()).isEqualTo(1);
    assertThat(five.errors()).contains("has 3 nodes: [n2, n3, n4]", "member add");

    // The data directory is reused, a lost disk is filled; another terminal can stop everything.
    Dirs.delete(dir.resolve("data/n2"));
    try (Launcher.Running up = start(flotilla, base)) {
      assertThat(flotilla.run("kv", "get", "équipe/a b%").output()).isEqualTo("grün ç\n");
      Outcome down = flotilla.run("down");
      assertThat(down.exitCode()).as(down.all()).isZero();
      assertThat(up.process().isAlive()).isFalse();
    }

    // Even if all disks are lost, no empty cluster is formed.
    List.of("data/n1", "data/n2", "data/n3", "data/n4")
        .forEach(lost -> Dirs.delete(dir.resolve(lost)));
    Outcome lost = flotilla.run("up", "--http-port", "" + base, "--data", dir + "/data");
    assertThat(lost.exitCode()).as(lost.all()).isEqualTo(1);
    assertThat(lost.errors()).contains("the data of all nodes is gone").contains("data/formed");
  }

  /** By the page that {@code up} names; skipped where there is no Chromium. */
  private void theDashboardCrashesANodeAndNothingIsLost(Launcher.Running up) throws IOException {
    String url = Files.readString(ControlAddress.file(dir.resolve("data"))).strip();
    String token = url.substring(url.lastIndexOf('.') + 1);
    assertThat(up.output() + up.errors()).doesNotContain(token);
    if (!Chromium.isInstalled()) {
      return;
    }
    try (Chromium browser = new Chromium(dir.resolve("profile"), "--lang=en-US")) {
      browser.open(url);
      shows(browser, "n3", "running");
      assertThat(browser.js("location.href")).doesNotContain(token);
      browser.js(
          "(() => { const rate = document.querySelector('input[type=range]'); rate.value = 100;"
              + " rate.dispatchEvent(new Event('change')); })()");
      await().until(() -> acknowledged(browser) > 100);
      press(browser, "kill -9: n3");
      shows(browser, "n3", "ended");
      await()
          .until(
              () ->
                  browser
                      .js("document.querySelector('.events').textContent")
                      .contains("n3 is out"));
      int then = acknowledged(browser);
      await().until(() -> acknowledged(browser) > then + 50);
      press(browser, "Start again: n3");
      shows(browser, "n3", "running");
      press(browser, "Pause: n3");
      shows(browser, "n3", "paused");
      press(browser, "Continue: n3");
      shows(browser, "n3", "running");
      press(browser, "Stop writing");
      await()
          .until(() -> counts(browser).matches("(?s)(\\d+) acknowledged.* 0 lost of \\1 read .*"));
      NodeSpec n3 = UpState.load(dir.resolve("data")).orElseThrow().node("n3").spec();
      assertThat(Readiness.await(n3.http(), Duration.ofMinutes(2))).isTrue();
    }
    assertThat(Files.readString(dir.resolve("data/n3/log"))).doesNotContain(token);
  }

  private static String counts(Chromium browser) throws IOException {
    return browser.js("document.querySelector('.crash .facts').textContent").replace(",", "");
  }

  private static int acknowledged(Chromium browser) throws IOException {
    String counts = counts(browser);
    return counts.isEmpty() ? 0 : Integer.parseInt(counts.substring(0, counts.indexOf(' ')));
  }

  private static void shows(Chromium browser, String node, String process) {
    String row = "[...document.querySelectorAll('.crash tr')].map(r => r.textContent).join(' ; ')";
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> browser.js(row).matches(".*" + node + "\\S? " + process + ".*"));
  }

  private static void press(Chromium browser, String button) throws IOException {
    browser.js(
        "[...document.querySelectorAll('.crash button')].find(b =>"
            + " (b.getAttribute('aria-label') ?? b.textContent) === '"
            + button
            + "').click()");
  }

  private void itGrowsAndShrinks(Launcher flotilla, Launcher.Running up) {
    Outcome add = flotilla.run("member", "add");
    assertThat(add.exitCode()).as(add.all()).isZero();
    assertThat(add.output()).contains("n4 started as process", "n4 is a member");
    await().until(() -> up.output().contains("n4 ready at"));
    assertThat(up.output()).contains("n4 joins the cluster");
    assertThat(flotilla.run("member", "list").output().lines())
        .hasSize(5)
        .anyMatch(line -> line.matches("n4 +voter .*"))
        .anyMatch(line -> line.matches("n. +leader .*"));

    Outcome remove = flotilla.run("member", "remove", "n1");
    assertThat(remove.exitCode()).as(remove.all()).isZero();
    assertThat(remove.output()).contains("n1 is a member no more", "It has ended");
    await().until(() -> up.output().contains("n1 was removed from the cluster and has ended"));
    assertThat(up.output()).doesNotContain("./flotilla restart n1");
    assertThat(flotilla.run("member", "remove", "n9").exitCode()).isEqualTo(1);
  }

  private Launcher.Running start(Launcher flotilla, int base) {
    Launcher.Running up =
        flotilla.start("", "up", "--http-port", "" + base, "--data", dir + "/data");
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> up.output().contains("Ctrl-C") || !up.process().isAlive());
    assertThat(up.process().isAlive()).as(up.output() + up.errors()).isTrue();
    return up;
  }

  private List<ProcessHandle> processes() {
    return UpState.load(dir.resolve("data")).orElseThrow().alive().stream()
        .flatMap(n -> n.process().process().stream())
        .toList();
  }

  @Test
  void the_prompt_asks_for_key_and_value() throws Exception {
    int port = Ports.free(1).get(0);
    try (Launcher.Running agent = agent(port)) {
      Outcome prompt =
          new Launcher(dir)
              .runWithInput(
                  "set\nnombre\nGustavo\nget\nnombre\nget\nnadie\n",
                  "kv",
                  "--http-addr",
                  "127.0.0.1:" + port);
      assertThat(prompt.exitCode()).as(prompt.all()).isZero();
      assertThat(prompt.output()).contains("Key: Value: OK", "Key: Gustavo\n", "NOT FOUND");
    }
  }

  private Launcher.Running agent(int port) throws Exception {
    List<Integer> others = Ports.free(2);
    Path config = Files.createDirectories(dir.resolve("conf.d"));
    Files.writeString(
        config.resolve("config.json"),
        String.format(
            "{\"ports\":{\"http\":%d,\"server\":%d,\"serf_lan\":%d,\"dns\":-1}}",
            port, others.get(0), others.get(1)));
    Path consul =
        Files.createSymbolicLink(dir.resolve("consul"), Path.of("flotilla").toAbsolutePath());
    Launcher.Running agent =
        new Launcher(dir, consul)
            .start(
                "",
                "agent",
                "-dev",
                "-bind=127.0.0.1",
                "-config-dir=" + config,
                "-pid-file",
                dir + "/pid");
    await()
        .until(
            () ->
                Readiness.await("127.0.0.1:" + port, Duration.ofMillis(500))
                    || !agent.process().isAlive());
    assertThat(agent.process().isAlive()).as(agent.output() + agent.errors()).isTrue();
    assertThat(Files.readString(dir.resolve("pid"))).isEqualTo("" + agent.process().pid());
    return agent;
  }

  @Test
  void the_demo_loses_nothing() {
    Outcome demo = new Launcher(dir).run("demo", "crash-rejoin");
    assertThat(demo.exitCode()).as(demo.all()).isZero();
    assertThat(demo.output()).contains(" 0 of them lost", "all copies are equal");
  }

  @Test
  void the_demo_on_the_dashboard_loses_nothing_either() {
    Outcome demo = new Launcher(dir).runWithInput("\n\n\n\n", "demo", "crash-rejoin", "--ui");
    assertThat(demo.exitCode()).as(demo.all()).isZero();
    assertThat(demo.output()).contains("/ui/#up=", " 0 of them lost");
  }

  @Test
  void wrong_usage_is_2_and_a_failure_is_1() {
    Launcher flotilla = new Launcher(dir);
    assertThat(flotilla.run("up", "--nodes", "0").exitCode()).isEqualTo(2);
    assertThat(flotilla.run("no-such-command").exitCode()).isEqualTo(2);
    assertThat(flotilla.run("bench", "-d", "soon").exitCode()).isEqualTo(2);
    assertThat(flotilla.run("member").exitCode()).isEqualTo(2);
    assertThat(flotilla.run("member", "add", "no-port").exitCode()).isEqualTo(2);
    Outcome add = flotilla.run("member", "add");
    assertThat(add.exitCode()).isEqualTo(1);
    assertThat(add.errors()).contains("no cluster of ./flotilla up runs here");
    Outcome nobody =
        flotilla.run("kv", "get", "k", "--http-addr", "127.0.0.1:" + Ports.free(1).get(0));
    assertThat(nobody.exitCode()).isEqualTo(1);
    assertThat(nobody.errors()).contains("no node answers").contains("./flotilla up");
    Outcome nothing = flotilla.run("crash", "n1");
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.errors()).contains("./flotilla up");
  }
}
