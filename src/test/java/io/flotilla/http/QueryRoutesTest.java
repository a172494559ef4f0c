package io.flotilla.http;

import static io.flotilla.http.TestServer.code;
import static io.flotilla.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryRoutesTest {
  private static final TestServer SERVER = new TestServer();

  private final String ns = "?ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    String json = body == null ? null : body.replace('\'', '"');
    return SERVER.sendTo(method, "/v1" + path + ns, json);
  }

  private JsonNode get(String path) {
    HttpResponse<String> answer = SERVER.get(path + ns);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private String create(String name, String service) {
    HttpResponse<String> answer =
        send("POST", "/query", "{'Name':'" + name + "','Service':" + service + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).path("ID").asText();
  }

  private void register(String id, String fields, String status) {
    HttpResponse<String> answer =
        send(
            "PUT",
            "/agent/service/register",
            "{'Name':'web','ID':'"
                + id
                + "',"
                + fields
                + "'Check':{'CheckID':'c"
                + id
                + "','TTL':'1h','Status':'"
                + status
                + "'}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void a_query_is_created_read_changed_and_deleted() {
    assertThat(get("/query")).isEmpty();
    String id =
        create(
            "Nearest",
            "{'Service':'web','OnlyPassing':true,'Tags':['a','!b'],'Near':'_agent',"
                + "'NodeMeta':{'k':'v'},'Failover':{'NearestN':2,'Datacenters':['dc2']}}");
    JsonNode query = get("/query/" + id).path(0);
    assertThat(query.path("Name").asText()).isEqualTo("Nearest");
    assertThat(query.path("Service").path("Tags").path(1).asText()).isEqualTo("!b");
    assertThat(query.path("Service").path("Failover").path("NearestN").asInt()).isEqualTo(2);
    long created = query.path("CreateIndex").asLong();
    assertThat(send("PUT", "/query/" + id, "{'Name':'n','Service':{'Service':'db'}}").statusCode())
        .isEqualTo(200);
    JsonNode changed = get("/query").path(0);
    assertThat(changed.path("ID").asText()).isEqualTo(id);
    assertThat(changed.path("Service").path("Service").asText()).isEqualTo("db");
    assertThat(changed.path("Service").path("Failover").toString())
        .isEqualTo("{\"NearestN\":0,\"Datacenters\":null}");
    assertThat(changed.path("CreateIndex").asLong()).isEqualTo(created);
    assertThat(changed.path("ModifyIndex").asLong()).isGreaterThan(created);
    assertThat(get("/query/N/explain").path("Query").path("Name").asText()).isEqualTo("n");
    assertThat(send("DELETE", "/query/" + id, null).statusCode()).isEqualTo(200);
    assertThat(get("/query")).isEmpty();
  }

  @Test
  void executed_it_finds_those_that_are_well_and_wanted() {
    register("ok", "'Tags':['a'],", "passing");
    register("warned", "'Tags':['a'],", "warning");
    register("ill", "'Tags':['a'],", "critical");
    register("other", "'Tags':['a','b'],", "passing");
    String id = create("well", "{'Service':'web','Tags':['A','!B']}");
    create("best", "{'Service':'web','Tags':['a','!b'],'OnlyPassing':true}");
    create("all", "{'Service':'web','IgnoreCheckIDs':['cill']}");
    JsonNode well = get("/query/" + id + "/execute");
    assertThat(well.path("Service").asText()).isEqualTo("web");
    assertThat(well.path("Datacenter").asText()).isEqualTo("dc1");
    assertThat(well.path("Nodes").findValuesAsText("ID")).contains("ok", "warned");
    assertThat(well.path("Nodes")).hasSize(2);
    assertThat(get("/query/WELL/execute").path("Nodes")).hasSize(2);
    assertThat(get("/query/best/execute").path("Nodes")).hasSize(1);
    assertThat(get("/query/all/execute").path("Nodes")).hasSize(4);
    assertThat(json(SERVER.get("/query/all/execute" + ns + "&limit=3")).path("Nodes")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Service':{'Service':'w'}}|Must be bound to a session",
        "{'Name':'q'}|Must provide a Service name to query",
        "{'Name':'q','Session':'s','Service':{'Service':'w'}}|can't be bound to a session",
        "{'Name':'q','Token':'t','Service':{'Service':'w'}}|can't have a Token",
        "{'Name':'q','Template':{'Type':'name_prefix_match'},'Service':{'Service':'w'}}|templates",
        "{'Name':'q','ID':'x','Service':{'Service':'w'}}|ID must be empty",
        "{'Name':'TAKEN','Service':{'Service':'w'}}|name 'TAKEN' aliases an existing query name",
      })
  void what_is_wrong_is_a_clear_error(String body, String text) {
    create("taken", "{'Service':'w'}");
    HttpResponse<String> answer = send("POST", "/query", body);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains(text);
    assertThat(get("/query")).hasSize(1);
  }

  @Test
  void one_that_is_not_there_is_not_found_and_not_changed() {
    for (String path : new String[] {"/query/x", "/query/x/execute", "/query/x/explain"}) {
      HttpResponse<String> answer = send("GET", path, null);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).isEqualTo("Query not found");
    }
    HttpResponse<String> update =
        send("PUT", "/query/x", "{'Name':'n','Service':{'Service':'db'}}");
    assertThat(update.statusCode()).isEqualTo(500);
    assertThat(update.body()).isEqualTo("Cannot modify non-existent prepared query: 'x'");
    assertThat(code(send("DELETE", "/query/x", null))).isEqualTo("unknown-query");
  }
}
