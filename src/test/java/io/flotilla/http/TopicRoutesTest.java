package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics over real connections. */
class TopicRoutesTest {
  private static final TestServer SERVER = new TestServer();

  private final String topic = "/topics/t-" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private record Event(String name, String id, String data) {}

  /** Reads server-sent events as a browser does. */
  private static final class Subscription implements AutoCloseable {
    private final InputStream stream;
    private final BufferedReader lines;

    Subscription(String path, String... headers) throws IOException, InterruptedException {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(SERVER.base() + path));
      if (headers.length > 0) {
        request.headers(headers);
      }
      HttpResponse<InputStream> response =
          SERVER.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      stream = response.body();
      lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Null at the end of the answer. */
    Event next() {
      String name = null;
      String id = null;
      List<String> data = new ArrayList<>();
      try {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event: ")) {
            name = line.substring(7);
          } else if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("data: ")) {
            data.add(line.substring(6));
          } else if (line.isEmpty() && name != null) {
            return new Event(name, id, String.join("\n", data));
          }
        }
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  private String publish(String message) {
    HttpResponse<String> response = SERVER.send("POST", topic, message);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response).path("Id").asText();
  }

  @Test
  void a_message_comes_to_every_subscriber_once_in_order_and_under_its_id() throws Exception {
    List<Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Subscription s = new Subscription(topic);
      assertThat(s.next().name()).isEqualTo("start");
      subscriptions.add(s);
    }
    List<Event> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String text = "message " + i;
      expected.add(new Event("message", publish(text), text));
    }
    for (Subscription s : subscriptions) {
      List<Event> seen = new ArrayList<>();
      while (seen.size() < expected.size()) {
        seen.add(s.next());
      }
      assertThat(seen).isEqualTo(expected);
      s.close();
    }
  }

  @Test
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void subscribers_that_hang_up_while_messages_come_deafen_nobody() throws Exception {
    Set<String> published = ConcurrentHashMap.newKeySet();
    try (Subscription before = new Subscription(topic)) {
      assertThat(before.next().name()).isEqualTo("start");
      HangUps.during(SERVER, topic + "?", 60, () -> published.add(publish("x")));
      try (Subscription after = new Subscription(topic)) {
        assertThat(after.next().name()).isEqualTo("start");
        published.add(publish("last"));
        while (!after.next().data().equals("last")) {}
      }
      Set<String> heard = new HashSet<>();
      while (heard.size() < published.size()) {
        heard.add(before.next().id());
      }
      assertThat(heard).isEqualTo(published);
    }
  }

  @Test
  void a_message_arrives_as_it_was_sent_text_or_not() throws Exception {
    String text = "  zwei Zeilen: ä\nund: \n\n";
    byte[] bytes = {0, (byte) 0xff, '\r', '\n'};
    try (Subscription s = new Subscription(topic)) {
      s.next();
      publish(text);
      publish("");
      SERVER
          .client()
          .send(
              HttpRequest.newBuilder(URI.create(SERVER.base() + topic))
                  .POST(BodyPublishers.ofByteArray(bytes))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(s.next().data()).isEqualTo(text);
      assertThat(s.next().data()).isEmpty();
      Event binary = s.next();
      assertThat(binary.name()).isEqualTo("base64");
      assertThat(Base64.getDecoder().decode(binary.data())).isEqualTo(bytes);
    }
  }

  @Test
  void a_subscriber_resumes_after_the_id_it_saw_last() throws Exception {
    String first = publish("1");
    String second = publish("2");
    String third = publish("3");
    try (Subscription byHeader = new Subscription(topic, "Last-Event-ID", first);
        Subscription byParameter = new Subscription(topic + "?after=" + second);
        Subscription atEnd = new Subscription(topic + "?after=" + third)) {
      assertThat(byHeader.next()).isEqualTo(new Event("message", second, "2"));
      assertThat(byHeader.next()).isEqualTo(new Event("message", third, "3"));
      assertThat(byParameter.next()).isEqualTo(new Event("message", third, "3"));
      String fourth = publish("4");
      for (Subscription s : List.of(byHeader, byParameter, atEnd)) {
        assertThat(s.next()).isEqualTo(new Event("message", fourth, "4"));
      }
    }
  }

  @Test
  void who_resumes_too_late_is_told_of_a_gap_and_gets_the_oldest_there_is() throws Exception {
    String first = publish("first");
    List<String> later = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      later.add(publish("x".repeat(250_000)));
    }
    try (Subscription s = new Subscription(topic, "Last-Event-ID", first)) {
      Event gap = s.next();
      assertThat(gap.name()).isEqualTo("gap");
      String oldest = Json.MAPPER.readTree(gap.data()).path("Oldest").asText();
      assertThat(later).contains(oldest);
      for (String id : later.subList(later.indexOf(oldest), later.size())) {
        assertThat(s.next().id()).isEqualTo(id);
      }
    }
  }

  @Test
  void a_topic_that_has_moved_is_found_again_and_everybody_is_told_of_the_gap() throws Exception {
    String before = publish("before");
    try (Subscription live = new Subscription(topic)) {
      assertThat(live.next().name()).isEqualTo("start");
      SERVER.moveTopics();
      String after = publish("after");
      assertThat(after.split("-")[0]).isNotEqualTo(before.split("-")[0]);
      try (Subscription resumed = new Subscription(topic, "Last-Event-ID", before)) {
        for (Subscription s : List.of(live, resumed)) {
          Event gap = s.next();
          assertThat(gap.name()).isEqualTo("gap");
          assertThat(Json.MAPPER.readTree(gap.data()).path("Oldest").asText()).isEqualTo(after);
          assertThat(s.next()).isEqualTo(new Event("message", after, "after"));
        }
      }
    }
  }

  @Test
  void a_repeated_request_is_published_once() throws Exception {
    try (Subscription s = new Subscription(topic)) {
      s.next();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(SERVER.base() + topic))
              .header(Requests.REQUEST_ID, "r-1")
              .POST(BodyPublishers.ofString("once"))
              .build();
      String one = SERVER.client().send(request, HttpResponse.BodyHandlers.ofString()).body();
      String two = SERVER.client().send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(two).isEqualTo(one);
      String next = publish("next");
      assertThat(s.next().data()).isEqualTo("once");
      assertThat(s.next()).isEqualTo(new Event("message", next, "next"));
    }
  }

  @Test
  void a_subscriber_that_does_not_read_is_told_and_cut_off_and_slows_nobody() throws Exception {
    try (Subscription lazy = new Subscription(topic);
        Subscription busy = new Subscription(topic)) {
      assertThat(lazy.next().name()).isEqualTo("start");
      busy.next();
      for (int i = 0; i < 120; i++) {
        String id = publish("x".repeat(200_000));
        assertThat(busy.next().id()).isEqualTo(id);
      }
      Event last = null;
      for (Event event = lazy.next(); event != null; event = lazy.next()) {
        last = event;
      }
      assertThat(last.name()).isEqualTo("slow");
    }
  }

  @Test
  void topics_of_other_names_and_namespaces_are_others() throws Exception {
    String name = "/topics/" + URLEncoder.encode("a/ç", StandardCharsets.UTF_8);
    String ns = "?ns=" + UUID.randomUUID();
    try (Subscription s = new Subscription("/topics/a/%C3%A7" + ns)) {
      s.next();
      SERVER.send("POST", "/topics/a/%C3%A7", "other namespace");
      SERVER.send("POST", "/topics/a" + ns, "other topic");
      SERVER.send("POST", name + ns, "this one");
      assertThat(s.next().data()).isEqualTo("this one");
    }
  }

  @Test
  void bad_requests_are_refused_with_the_reason() {
    assertThat(TestServer.code(SERVER.get(topic + "?after=yesterday"))).isEqualTo("bad-parameter");
    assertThat(TestServer.code(SERVER.get(topic + "?aftre=1"))).isEqualTo("unknown-parameter");
    assertThat(TestServer.code(SERVER.get("/topics/"))).isEqualTo("missing-topic");
    assertThat(TestServer.code(SERVER.get("/topics/" + "x".repeat(600))))
        .isEqualTo("bad-parameter");
    HttpResponse<String> large = SERVER.send("POST", topic, "x".repeat(256 * 1024 + 1));
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(TestServer.code(large)).isEqualTo("body-too-large");
    assertThat(SERVER.send("DELETE", topic, null).statusCode()).isEqualTo(405);
  }
}
