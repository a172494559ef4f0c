package io.flotilla.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.Chromium;
import io.flotilla.client.Flotilla;
import io.flotilla.embedded.EmbeddedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser, on a cluster; skipped where there is no Chromium. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UiIT {
  /** Markup, quotes and a mark that turns the writing direction. */
  private static final String HOSTILE = "<img src=x onerror=\"window.run=1\">'\u202e&";

  @TempDir static Path dir;
  private static EmbeddedCluster cluster;
  private static Flotilla flotilla;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Chromium.isInstalled(), "no Chromium here");
    cluster = EmbeddedCluster.start(3);
    flotilla = cluster.client();
    browser = new Chromium(dir.resolve("profile"), "--lang=en-US");
    browser.open("http://" + cluster.address(0) + "/ui/");
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (cluster != null) {
      flotilla.close();
      cluster.close();
    }
  }

  private static String js(String expression) throws IOException {
    return browser.js(expression);
  }

  /** Until the page has a text. */
  private static void shows(String selector, String text) {
    String all =
        "[...document.querySelectorAll('" + selector + "')].map(e => e.textContent).join('\\n')";
    await().ignoreExceptions().untilAsserted(() -> assertThat(js(all)).contains(text));
  }

  private static void click(String text) throws IOException {
    js(
        "[...document.querySelectorAll('main button, dialog button')]"
            + ".findLast(b => b.textContent === '"
            + text
            + "').click()");
  }

  /** As if it had been typed. */
  private static void type(String selector, String text) throws IOException {
    js(
        "(() => { const e = document.querySelector('"
            + selector
            + "'); e.value = '"
            + text
            + "'; e.dispatchEvent(new Event('input')); })()");
  }

  private static void put(String path, String body) throws Exception {
    URI uri = URI.create("http://" + cluster.address(1) + path);
    HttpRequest put = HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofString(body)).build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Contrast, names, roles: what a program can find. */
  private static void isAccessible() throws IOException {
    try (InputStream axe = UiIT.class.getResourceAsStream("/axe.min.js")) {
      js("(() => {" + new String(axe.readAllBytes(), UTF_8) + "})()");
    }
    assertThat(
            js(
                "axe.run().then(r => r.violations.map(v => v.id + ': '"
                    + " + v.nodes.map(n => n.html.slice(0, 120)).join(' ')).join('; '))"))
        .isEmpty();
  }

  private static void go(String hash) throws IOException {
    js("location.hash = '" + hash + "'");
  }

  @Test
  @Order(1)
  void the_cluster_is_drawn_and_what_happens_is_told() throws IOException {
    shows(".picture .leader", "leader");
    await()
        .untilAsserted(
            () -> assertThat(js("document.querySelectorAll('.member').length")).isEqualTo("3"));
    flotilla.kv(HOSTILE).set("a", "b").join();
    shows(".events", HOSTILE + ") lives on n");
    await()
        .untilAsserted(
            () -> assertThat(js("document.querySelectorAll('.shard').length")).isNotEqualTo("0"));
    assertThat(js("typeof window.run")).isEqualTo("undefined");
    isAccessible();
  }

  @Test
  @Order(2)
  void it_speaks_spanish_when_asked_to() throws IOException {
    choose("es");
    shows("h1", "Clúster");
    assertThat(js("document.documentElement.lang")).isEqualTo("es");
    choose("en");
    shows("h1", "Cluster");
  }

  private static void choose(String value) throws IOException {
    js(
        "(() => { const s = document.querySelector('.settings select'); s.value = '"
            + value
            + "'; s.dispatchEvent(new Event('change')); })()");
  }

  @Test
  @Order(3)
  void a_key_is_edited_unless_somebody_was_faster() throws Exception {
    flotilla.kv().set("app/" + HOSTILE, "1").join();
    flotilla.kv().set("app/colour", "green").join();
    go("keys/app%2Fcolour");
    shows(".rows", HOSTILE);
    await().until(() -> js("document.querySelector('textarea').value").equals("green"));
    type("textarea", "blue");
    flotilla.kv().set("app/colour", "red").join();
    shows(".problem", "Somebody was faster.");
    shows(".problem pre", "red");
    assertThat(js("document.querySelector('textarea').value")).isEqualTo("blue");
    click("Write mine over it");
    await().until(() -> flotilla.kv().get("app/colour").join().orElseThrow().text().equals("blue"));
    isAccessible();
  }

  @Test
  @Order(4)
  void a_service_is_registered_put_into_maintenance_and_deregistered() throws Exception {
    go("services/");
    shows("h1", "Services");
    click("Register");
    type("dialog [name=name]", "<b>web</b>");
    type("dialog [name=port]", "8080");
    click("Register");
    shows(".instance", "127.0.0.1:8080");
    shows(".rows", "<b>web</b>");
    click("Maintenance");
    shows(".instance .badge", "critical");
    shows(".events", "Maintenance Mode");
    click("End maintenance");
    await().until(() -> js("document.querySelectorAll('.instance .critical').length").equals("0"));
    await()
        .untilAsserted(
            () -> {
              click("Ask it 20 times");
              assertThat(js("document.querySelector('.picks').textContent"))
                  .contains("127.0.0.1:8080", "20 of 20");
            });
    isAccessible();
    click("Deregister");
    click("Deregister");
    shows(".instances", "There is no instance.");
  }

  @Test
  @Order(5)
  void who_holds_a_lock_and_who_stands_in_line_is_seen() throws Exception {
    String holder = session("holder");
    String waiter = session("waiter");
    put("/v1/kv/jobs/nightly?acquire=" + holder, "");
    put("/v1/kv/jobs/nightly/.waiting/1?acquire=" + waiter, "");
    go("sessions/jobs%2F");
    shows(".fact", "held by holder (" + holder.substring(0, 8) + ")");
    shows(".fact", "fencing token ");
    shows(".line", "waiter (" + waiter.substring(0, 8) + ")");
    isAccessible();
    js("document.querySelector('[data-name=\"" + holder + "\"]').click()");
    shows("dialog", "holder " + holder);
    click("Destroy");
    shows(".fact", "not locked");
  }

  @Test
  @Order(6)
  void what_is_said_on_a_topic_is_heard_and_said() throws Exception {
    go("topics/news");
    shows(".events", "Nothing was said");
    await() // for those before it has subscribed are not its
        .untilAsserted(
            () -> {
              flotilla.topics().publish("news", HOSTILE).join();
              assertThat(js("document.querySelector('.said')?.textContent")).isEqualTo(HOSTILE);
            });
    type("textarea", "from the page");
    click("Publish");
    shows(".said", "from the page");
    isAccessible();
  }

  @Test
  @Order(7)
  void what_is_done_is_shown_as_it_is_done() throws Exception {
    go("log/logged%2F");
    shows("h1", "The log");
    await()
        .untilAsserted(
            () -> {
              flotilla.kv().set("logged/" + HOSTILE, "1").join();
              assertThat(js("document.querySelector('.events bdi')?.textContent"))
                  .isEqualTo("logged/" + HOSTILE);
            });
    flotilla.kv().deleteAll("logged/").join();
    shows(".events strong", "delete");
    assertThat(js("typeof window.run")).isEqualTo("undefined");
    isAccessible();
  }

  @Test
  @Order(8)
  void the_members_are_compared_when_that_is_asked_for() throws IOException {
    go("replicas");
    shows("[role=status]", "All 3 that answered hold the same.");
    click("Verify now");
    shows("tbody", "the same");
    assertThat(js("new Set([...document.querySelectorAll('code')].map(c => c.textContent)).size"))
        .isEqualTo("1");
    isAccessible();
  }

  private static String session(String name) throws Exception {
    return flotilla.sessions().createEphemeral(name, Duration.ofMinutes(10)).join();
  }

  @Test
  @Order(9)
  void when_its_node_goes_away_the_page_goes_on_with_another_and_says_so() throws IOException {
    String old = js("location.host");
    for (int i = 0; i < 3; i++) {
      if (cluster.address(i).equals(old)) {
        cluster.stop(i);
      }
    }
    shows(".notice", old + " stopped answering.");
    assertThat(js("location.host")).isNotEqualTo(old);
    go("cluster");
    shows(".fact", "2 of 3 members answer");
    shows(".picture .down", "no answer");
    shows(".events", "is out: it ");
  }
}
