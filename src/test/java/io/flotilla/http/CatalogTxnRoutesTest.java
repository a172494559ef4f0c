package io.flotilla.http;

import static io.flotilla.http.TestServer.code;
import static io.flotilla.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions on nodes, services and checks as a client of Consul's API sees them. */
class CatalogTxnRoutesTest {
  private static final TestServer SERVER = new TestServer();

  private static final String NODE =
      "{'Node':{'Verb':'%s','Node':{'Node':'h','Address':'10.1.0.1','ModifyIndex':%d}}}";
  private static final String SERVICE =
      "{'Service':{'Verb':'%s','Node':'h','Service':{'ID':'db1','Service':'db','Port':5432,"
          + "'ModifyIndex':%d}}}";
  private static final String CHECK =
      "{'Check':{'Verb':'%s','Check':{'Node':'h','CheckID':'c','Name':'alive','Status':'passing',"
          + "'ServiceID':'db1','ModifyIndex':%d}}}";

  /** Each test has a namespace of its own. */
  private final String ns = "ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private HttpResponse<String> txn(String... ops) {
    return SERVER.put("/txn?" + ns, "[" + String.join(",", ops).replace('\'', '"') + "]");
  }

  private static String op(String template, String verb, long index) {
    return String.format(template, verb, index);
  }

  private static JsonNode done(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).path("Errors").isNull()).isTrue();
    return json(answer).path("Results");
  }

  private static String failed(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(json(answer).path("Results").isNull()).isTrue();
    return json(answer).path("Errors").toString().replace('"', '\'').replace("\\'", "`");
  }

  private JsonNode found(String path) {
    return json(SERVER.get(path + "?" + ns));
  }

  @BeforeEach
  void aNodeWithAServiceAndACheck() {
    JsonNode made = done(txn(op(NODE, "set", 0), op(SERVICE, "set", 0), op(CHECK, "set", 0)));
    assertThat(made.path(0).path("Node").path("Address").asText()).isEqualTo("10.1.0.1");
    assertThat(made.path(1).path("Service").path("ID").asText()).isEqualTo("db1");
    assertThat(made.path(2).path("Check").path("ServiceName").asText()).isEqualTo("db");
  }

  @Test
  void what_is_set_together_is_there_and_can_be_read_together() {
    JsonNode entry = found("/health/service/db").path(0);
    assertThat(entry.path("Node").path("Node").asText()).isEqualTo("h");
    assertThat(entry.path("Service").path("Port").asInt()).isEqualTo(5432);
    assertThat(entry.path("Checks").path(0).path("Status").asText()).isEqualTo("passing");
    JsonNode read = done(txn(op(NODE, "get", 0), op(SERVICE, "get", 0), op(CHECK, "get", 0)));
    assertThat(read.path(0).path("Node")).isEqualTo(entry.path("Node"));
    assertThat(read.path(1).path("Service")).isEqualTo(entry.path("Service"));
    assertThat(read.path(2).path("Check")).isEqualTo(entry.path("Checks").path(0));
  }

  @Test
  void if_one_fails_all_failures_are_told_and_nothing_is_done() {
    HttpResponse<String> answer =
        txn(
            op(SERVICE, "delete", 0),
            op(SERVICE, "get", 0),
            op(NODE, "cas", 0),
            op(CHECK, "set", 0),
            op(NODE, "delete-cas", 99_999));
    assertThat(failed(answer))
        .isEqualTo(
            "[{'OpIndex':1,'What':'service `db1` on node `h` doesn't exist'},"
                + "{'OpIndex':2,'What':'failed to set node `h`, index is stale'},"
                + "{'OpIndex':3,'What':'Missing service registration'},"
                + "{'OpIndex':4,'What':'failed to delete node `h`, index is stale'}]");
    assertThat(found("/health/service/db")).hasSize(1);
    assertThat(failed(txn(op(SERVICE, "set", 0).replace("'h'", "'nobody'"))))
        .isEqualTo("[{'OpIndex':0,'What':'Missing node registration'}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {NODE, SERVICE, CHECK})
  void cas_changes_what_has_the_index_and_makes_what_is_not_there(String template) {
    String kind = template.substring(2, template.indexOf("':"));
    long index = done(txn(op(template, "get", 0))).at("/0/" + kind + "/ModifyIndex").asLong();
    assertThat(index).isPositive();
    assertThat(failed(txn(op(template, "cas", 0)))).contains("failed to set", "index is stale");
    assertThat(failed(txn(op(template, "cas", index + 1)))).contains("index is stale");
    String changed =
        op(template, "cas", index).replace("10.1.0.1", "10.1.0.2").replace("5432", "5433");
    JsonNode after = done(txn(changed.replace("passing", "warning"))).path(0).path(kind);
    assertThat(after.path("ModifyIndex").asLong()).isGreaterThan(index);
    assertThat(failed(txn(op(template, "delete-cas", index)))).contains("failed to delete");
    assertThat(done(txn(op(template, "delete-cas", after.path("ModifyIndex").asLong())))).isEmpty();
    assertThat(failed(txn(op(template, "get", 0)))).contains("doesn't exist");
    assertThat(failed(txn(op(template, "delete-cas", 1)))).contains("index is stale");
    assertThat(done(txn(op(template, "delete", 0)))).isEmpty();
    assertThat(done(txn(op(template, "cas", 0)))).hasSize(1);
  }

  @Test
  void a_node_of_flotilla_says_itself_what_it_is() {
    SERVER.put("/agent/service/register?" + ns, "{\"Name\":\"web\"}");
    assertThat(failed(txn(op(NODE, "set", 0).replace("'h'", "'node-1'"))))
        .contains("node `node-1` is a Flotilla node");
    assertThat(failed(txn(op(NODE, "delete", 0).replace("'h'", "'node-1'"))))
        .contains("`node-1` is a Flotilla node");
    assertThat(found("/catalog/node/node-1").path("Services")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'KV':{'Verb':'set','Key':'a'}},{'Node':{'Verb':'get','Node':{'Node':'h'}}};"
            + "mixed-transaction",
        "{'Node':{'Verb':'get'}};bad-parameter",
        "{'Node':{'Verb':'get','Node':{'ID':'x'}}};bad-parameter",
        "{'Node':{'Verb':'lock','Node':{'Node':'h'}}};bad-parameter",
        "{'Service':{'Verb':'set','Node':'h','Service':{'ID':'x'}}};bad-parameter",
        "{'Check':{'Verb':'set','Check':{'Node':'h','Name':'c','Status':'fine'}}};bad-parameter",
        "{'Node':{'Verb':'get','Node':{'Node':'h'}}},{'Session':{'Verb':'delete'}};bad-operation",
        "{'Intention':{}};bad-operation"
      })
  void what_can_not_be_read_is_refused(String ops, String code) {
    HttpResponse<String> answer = txn(ops);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo(code);
    assertThat(SERVER.get("/kv/a?" + ns).statusCode()).isEqualTo(404);
  }
}
