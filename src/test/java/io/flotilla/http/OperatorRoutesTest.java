package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.entity.Refusal;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members come and go: what Consul's paths make of it. */
class OperatorRoutesTest {
  private static final TestServer SERVER = new TestServer();
  private final ScriptedControl control = SERVER.control;

  @AfterAll
  static void end() {
    SERVER.close();
  }

  @BeforeEach
  void reset() {
    control.done.clear();
    control.refusal = null;
    control.other = ScriptedControl.server("other", true, 100, 35);
    SERVER.otherIsIn = true;
  }

  private static HttpResponse<String> send(String method, String path) {
    return SERVER.send(method, path, method.equals("GET") ? null : "");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /agent/join/10.0.0.4:8301, invite 10.0.0.4 8301",
    "GET, /agent/join/10.0.0.4:8301, invite 10.0.0.4 8301",
    "PUT, /agent/join/db.example, invite db.example 1",
    "PUT, /agent/join/%5B::1%5D:8301, invite [::1] 8301",
    "PUT, /agent/join/%5B::1%5D, invite [::1] 1",
    "DELETE, /operator/raft/peer?id=other, remove other",
    "DELETE, /operator/raft/peer?address=127.0.0.1:845, remove other-peer",
    "POST, /operator/raft/transfer-leader?id=other, transfer other",
    "PUT, /operator/raft/transfer-leader, 'transfer '",
    "PUT, /operator/raft/promote?id=other, promote other",
  })
  void a_change_is_asked_for(String method, String path, String asked) {
    HttpResponse<String> answer = send(method, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(control.done).containsExactly(asked);
    assertThat(answer.body())
        .isEqualTo(asked.matches("transfer.*|promote.*") ? "{\"Success\":true}" : "");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /agent/join/10.0.0.4:0",
    "PUT, /agent/join/10.0.0.4:65536",
    "PUT, /agent/join/10.0.0.4:x",
    "PUT, /agent/join/10.0.0.4:8301?wan",
    "PUT, /agent/join/10.0.0.4:8301?x",
    "DELETE, /operator/raft/peer",
    "DELETE, /operator/raft/peer?id=other&address=127.0.0.1:845",
    "DELETE, /operator/raft/peer?id=",
    "PUT, /operator/raft/promote",
    "PUT, /operator/raft/transfer-leader?x",
  })
  void what_is_not_understood_changes_nothing(String method, String path) {
    assertThat(send(method, path).statusCode()).isEqualTo(400);
    assertThat(control.done).isEmpty();
  }

  @Test
  void a_refusal_has_consuls_status_and_says_why() {
    control.refuse("leaves-no-quorum", "removing other would leave 1 of 2 members running");
    HttpResponse<String> answer = send("DELETE", "/operator/raft/peer?id=other");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(TestServer.code(answer)).isEqualTo("leaves-no-quorum");
    assertThat(answer.body()).contains("1 of 2 members");

    HttpResponse<String> unknown = send("DELETE", "/operator/raft/peer?address=10.0.0.9:1");
    assertThat(unknown.statusCode()).isEqualTo(500);
  }

  @Test
  void an_unknown_id_is_told_in_consuls_words() {
    control.refuse("unknown-member", "there is no member nope");
    HttpResponse<String> answer = send("DELETE", "/operator/raft/peer?id=nope");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("id \"nope\" was not found in the Raft configuration");
  }

  @Test
  void an_unknown_address_is_told_in_consuls_words() {
    HttpResponse<String> answer = send("DELETE", "/operator/raft/peer?address=nope");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("address \"nope\" was not found in the Raft configuration");
    assertThat(control.done).isEmpty();
  }

  @Test
  void without_a_leader_only_stale_questions_are_answered() {
    control.refusal = new Refusal("unavailable", "no leader of the group answered");
    for (String path : List.of("/operator/raft/configuration", "/operator/autopilot/health")) {
      HttpResponse<String> answer = send("GET", path);
      assertThat(answer.statusCode()).as(path).isEqualTo(500);
      assertThat(TestServer.code(answer)).isEqualTo("unavailable");
    }
    JsonNode stale = TestServer.json(send("GET", "/operator/raft/configuration?stale"));
    assertThat(stale.path("Servers").findValuesAsText("Node")).containsExactly("node-1", "other");
  }

  @Test
  void a_node_that_leaves_is_removed() {
    assertThat(send("PUT", "/agent/leave").statusCode()).isEqualTo(200);
    assertThat(control.done).containsExactly("remove node-1");
  }

  @Test
  void the_last_node_that_leaves_just_ends() {
    control.other = null;
    assertThat(send("PUT", "/agent/leave").statusCode()).isEqualTo(200);
    assertThat(control.done).containsExactly("end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "GET"})
  void a_dead_member_is_pruned(String method) {
    SERVER.otherIsIn = false;
    control.other = ScriptedControl.server("other", true, 100, 60_000);
    assertThat(send(method, "/agent/force-leave/other").statusCode()).isEqualTo(200);
    assertThat(control.done).isEmpty();
    assertThat(send(method, "/agent/force-leave/other?prune").statusCode()).isEqualTo(200);
    assertThat(control.done).containsExactly("remove other-peer");
  }

  /** With its seat, heard of by the leader, or the leader itself. */
  @ParameterizedTest
  @CsvSource({"other, true, 60000", "other, false, 35", "node-1, true, 35"})
  void a_member_that_is_alive_stays(String node, boolean in, long silent) {
    SERVER.otherIsIn = in;
    control.other = ScriptedControl.server("other", true, 100, silent);
    assertThat(send("PUT", "/agent/force-leave/" + node).statusCode()).isEqualTo(200);
    HttpResponse<String> answer = send("PUT", "/agent/force-leave/" + node + "?prune");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(TestServer.code(answer)).isEqualTo("still-alive");
    assertThat(control.done).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, 100, 35, true, 0",
    "false, true, 100, 35, false, 0", // no seat
    "true, true, 100, 5000, false, 0", // silent
    "true, false, 100, 35, true, 0", // a learner
  })
  void the_health_of_all_is_told(
      boolean in, boolean voter, long match, long silent, boolean healthy, long tolerance) {
    SERVER.otherIsIn = in;
    control.other = ScriptedControl.server("other", voter, match, silent);
    HttpResponse<String> answer = send("GET", "/operator/autopilot/health");
    assertThat(answer.statusCode()).isEqualTo(healthy ? 200 : 429);
    JsonNode health = TestServer.json(answer);
    assertThat(health.path("Healthy").asBoolean()).isEqualTo(healthy);
    assertThat(health.path("FailureTolerance").asLong(-1)).isEqualTo(tolerance);
    JsonNode other = health.path("Servers").path(1);
    assertThat(other.path("Name").asText()).isEqualTo("other");
    assertThat(other.path("Healthy").asBoolean()).isEqualTo(healthy);
    assertThat(other.path("Voter").asBoolean()).isEqualTo(voter);
    assertThat(other.path("LastContact").asText()).isEqualTo(silent == 35 ? "35ms" : "5s");
    assertThat(other.path("StableSince").asText()).endsWith("Z");
  }

  @Test
  void a_server_that_lags_far_behind_is_not_healthy() {
    control.other = ScriptedControl.server("other", true, 5_000, 35);
    JsonNode health = TestServer.json(send("GET", "/operator/autopilot/health"));
    assertThat(health.path("Servers").findValuesAsText("Healthy")).containsExactly("false", "true");
  }
}
