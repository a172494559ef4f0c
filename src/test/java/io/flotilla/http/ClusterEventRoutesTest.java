package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.cluster.ClusterEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/cluster/events}, of what the test tells the node. */
@Timeout(120)
class ClusterEventRoutesTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123456Z");

  private final TestServer server = new TestServer();

  @AfterEach
  void end() {
    server.close();
  }

  private static final class Stream implements AutoCloseable {
    private final BufferedReader lines;

    Stream(InputStream in) {
      lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private String field(String name) throws IOException {
      String line = lines.readLine();
      while (!line.startsWith(name)) {
        line = lines.readLine();
      }
      return line.substring(name.length());
    }

    /** The name of the next event, whose data must have this. */
    String next(String data) throws IOException {
      String name = field("event: ");
      assertThat(field("data: ")).contains(data);
      return name;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private Stream follow(String query, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.base() + "/cluster/events" + query));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> answer =
        server.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    Stream stream = new Stream(answer.body());
    assertThat(stream.next("{\"Node\":\"n1\"}")).isEqualTo("start");
    return stream;
  }

  private void tell(String member) {
    server.events.add(NOON, new ClusterEvent.Joined(member));
  }

  @Test
  void what_happened_comes_first_and_what_happens_as_it_does() throws Exception {
    server.events.add(NOON, new ClusterEvent.Left("n2", "Crashed"));
    try (Stream stream = follow("")) {
      assertThat(stream.field("id: ")).isEqualTo("a-1");
      assertThat(stream.field("event: ")).isEqualTo("left");
      JsonNode data = Json.MAPPER.readTree(stream.field("data: "));
      assertThat(data.toString())
          .isEqualTo(
              "{\"Time\":\"2026-01-02T12:00:00.123Z\",\"Member\":\"n2\",\"Why\":\"Crashed\"}");
      server.events.add(NOON, new ClusterEvent.Claimed("KeySpace", List.of("<b>", "x"), 5, 8112));
      assertThat(stream.next("\"Namespaces\":[\"<b>\",\"x\"],\"Count\":5,\"Index\":8112}"))
          .isEqualTo("claimed");
    }
  }

  @Test
  void who_names_an_event_gets_what_followed_it() throws Exception {
    tell("one");
    tell("two");
    tell("three");
    try (Stream stream = follow("?after=a-2")) {
      assertThat(stream.next("three")).isEqualTo("joined");
    }
    try (Stream stream = follow("", "Last-Event-ID", "a-3")) {
      tell("four");
      assertThat(stream.next("four")).isEqualTo("joined");
    }
  }

  @Test
  void who_names_what_is_not_kept_or_another_nodes_is_told_so() throws Exception {
    for (int i = 1; i <= ClusterEvents.KEPT + 2; i++) {
      tell("m" + i);
    }
    for (String id : List.of("a-1", "b-5", "a-99999")) {
      try (Stream stream = follow("?after=" + id)) {
        assertThat(stream.next("Message")).isEqualTo("gap");
        assertThat(stream.next("\"m3\"")).isEqualTo("joined"); // the oldest that is kept
      }
    }
    try (Stream stream = follow("?after=a-2")) {
      assertThat(stream.next("\"m3\"")).isEqualTo("joined");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a-", "-1", "a-x", "a--1", "a-1234567890123456789"})
  void an_id_that_is_none_is_refused(String id) {
    HttpResponse<String> answer = server.get("/cluster/events?after=" + id);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("X-Flotilla-Error")).hasValue("bad-parameter");
  }
}
