package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.http.javadsl.model.HttpRequest;
import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of Consul's paths in docs/consul.md says what the routes do. */
class ConsulTableTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(/v1/\\S+)` \\| ([A-Z, ]+) \\| (yes|differs|empty|no) \\|.*");

  private static final String ROOT = "of-the-node";

  private static TestServer server;

  /**
   * @param path with a name for each that the caller fills in
   */
  private record Row(String method, String path, String served) {
    boolean isServed() {
      return !served.equals("no");
    }

    boolean isBy(Endpoint e) {
      return e.methods().stream().anyMatch(m -> m.value().equals(method))
          && (e.reach().isHere() && path.equals(e.path())
              || e.reach().isBelow() && path.startsWith(e.path() + "/"));
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("docs/consul.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        for (String method : row.group(2).split(", ")) {
          rows.add(new Row(method, row.group(1).replaceAll(":[a-z]+", "name"), row.group(3)));
        }
      }
    }
    assertThat(rows).hasSizeGreaterThan(130);
    return rows;
  }

  @BeforeAll
  static void start() {
    server = new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ROOT));
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Endpoint> consuls() {
    return server.endpoints().stream()
        .filter(e -> ConsulPaths.has(HttpRequest.create(e.path())))
        .toList();
  }

  @Test
  void what_the_table_says_is_served_has_a_route() throws IOException {
    assertThat(rows())
        .filteredOn(Row::isServed)
        .allSatisfy(row -> assertThat(consuls()).as("%s", row).anyMatch(row::isBy));
  }

  @Test
  void every_route_is_in_the_table() throws IOException {
    List<Row> served = rows().stream().filter(Row::isServed).toList();
    for (Endpoint e : consuls()) {
      e.methods()
          .forEach(
              method ->
                  assertThat(served)
                      .as("%s %s", method.value(), e.path())
                      .anyMatch(row -> row.method().equals(method.value()) && row.isBy(e)));
    }
  }

  @Test
  void what_the_table_says_is_not_served_is_not() throws IOException {
    for (Row row : rows()) {
      if (!row.isServed()) {
        String body = row.method().equals("GET") ? null : "{}";
        assertThat(server.sendTo(row.method(), row.path() + "?token=" + ROOT, body).statusCode())
            .as("%s", row)
            .isIn(404, 405);
      }
    }
  }
}
