package io.flotilla.http;

import static io.flotilla.http.TestServer.code;
import static io.flotilla.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry as a client of Consul's API sees it. */
class RegistryRoutesTest {
  private static final TestServer SERVER = new TestServer();

  /** Each test has a namespace of its own. */
  private final String ns = "ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private HttpResponse<String> put(String path, String body) {
    return SERVER.put(path + (path.contains("?") ? "&" : "?") + ns, body);
  }

  private HttpResponse<String> get(String path) {
    return SERVER.get(path + (path.contains("?") ? "&" : "?") + ns);
  }

  private void done(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void register(String body) {
    done(put("/agent/service/register", body));
  }

  private static List<String> texts(JsonNode list, String... path) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list) {
      JsonNode at = item;
      for (String field : path) {
        at = at.path(field);
      }
      texts.add(at.asText());
    }
    return texts;
  }

  private static long index(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("X-Consul-Index").orElseThrow());
  }

  // ---- shapes that clients are strict about

  @Test
  void a_node_of_flotilla_has_an_id_addresses_and_meta_and_other_nodes_what_they_were_given() {
    register("{\"Name\":\"web\"}");
    done(put("/catalog/register", "{\"Node\":\"db-host\",\"Address\":\"10.1.10.12\"}"));
    JsonNode nodes = json(get("/catalog/nodes"));
    JsonNode external = nodes.path(0);
    assertThat(external.path("Node").asText()).isEqualTo("db-host");
    assertThat(external.path("TaggedAddresses").isNull()).isTrue();
    assertThat(external.path("Meta").isNull()).isTrue();
    JsonNode own = nodes.path(1);
    assertThat(own.path("ID").asText())
        .isEqualTo(json(SERVER.get("/agent/self")).path("Config").path("NodeID").asText());
    assertThat(own.path("TaggedAddresses").toString())
        .isEqualTo(
            "{'lan':'127.0.0.1','lan_ipv4':'127.0.0.1','wan':'127.0.0.1','wan_ipv4':'127.0.0.1'}"
                .replace('\'', '"'));
    assertThat(own.path("Meta").toString())
        .isEqualTo("{\"consul-network-segment\":\"\",\"rack\":\"r7\"}");
  }

  @Test
  void what_a_node_says_of_itself_is_shown_and_chooses_it() {
    JsonNode self = json(SERVER.get("/agent/self"));
    String id = self.path("Config").path("NodeID").asText();
    assertThat(id).isEqualTo("6f3c1c7e-1a3d-4c1b-9a51-7f5f0a2b9d10");
    assertThat(self.path("Member").path("Tags").path("id").asText()).isEqualTo(id);
    assertThat(self.path("Meta").path("rack").asText()).isEqualTo("r7");
    register("{\"Name\":\"web\"}");
    done(put("/catalog/register", "{\"Node\":\"db-host\",\"Address\":\"10.1.10.12\"}"));
    JsonNode health = json(get("/health/service/web")).path(0).path("Node");
    assertThat(health.path("ID").asText()).isEqualTo(id);
    assertThat(health.path("Meta").path("rack").asText()).isEqualTo("r7");
    for (String list :
        new String[] {"/catalog/nodes", "/health/service/web", "/health/state/any"}) {
      assertThat(json(get(list + "?node-meta=rack:r7"))).as(list).hasSize(1);
      assertThat(json(get(list + "?node-meta=rack:r8"))).as(list).isEmpty();
    }
    assertThat(json(get("/catalog/services?node-meta=rack:r7"))).hasSize(2);
  }

  @Test
  void what_a_service_was_not_given_is_absent_null_or_empty_as_in_consul() {
    register("{\"Name\":\"web\"}");
    JsonNode found = json(get("/health/service/web")).path(0).path("Service");
    assertThat(found.has("TaggedAddresses")).isFalse();
    assertThat(found.path("Meta").isNull()).isTrue();
    JsonNode flat = json(get("/catalog/service/web")).path(0);
    assertThat(flat.has("ServiceTaggedAddresses")).isFalse();
    assertThat(flat.path("ServiceMeta").toString()).isEqualTo("{}");
    JsonNode agents = json(get("/agent/services")).path("web");
    assertThat(agents.has("TaggedAddresses")).isFalse();
    assertThat(agents.path("Meta").toString()).isEqualTo("{}");
    assertThat(texts(json(get("/catalog/services")))).hasSize(2);
  }

  @Test
  void the_leader_and_the_peers_are_named_with_the_port_of_raft_and_the_members_with_their_own() {
    JsonNode self = json(SERVER.get("/agent/self"));
    String leader = json(SERVER.get("/status/leader")).asText();
    assertThat(leader).isEqualTo("127.0.0.1:2");
    assertThat(json(SERVER.get("/status/peers")).path(0).asText()).isEqualTo(leader);
    assertThat(self.path("Stats").path("consul").path("leader_addr").asText()).isEqualTo(leader);
    assertThat(self.path("Stats").path("raft").path("state").asText()).isEqualTo("Leader");
    assertThat(self.path("Config").path("Ports").path("Server").asInt()).isEqualTo(2);
    assertThat(self.path("Member").path("Port").asInt()).isEqualTo(1);
  }

  @Test
  void the_services_of_a_node_come_as_a_list_too() {
    register("{\"Name\":\"web\"}");
    JsonNode found = json(get("/catalog/node-services/node-1"));
    assertThat(found.path("Node").path("Node").asText()).isEqualTo("node-1");
    assertThat(texts(found.path("Services"), "ID")).containsExactly("consul", "web");
    assertThat(get("/catalog/node-services/nobody").body())
        .isEqualTo("{\"Node\":null,\"Services\":[]}");
  }

  @Test
  void a_coordinate_says_that_nothing_is_measured() {
    JsonNode datacenter = json(SERVER.get("/coordinate/datacenters")).path(0);
    assertThat(datacenter.path("AreaID").asText()).isEqualTo("wan");
    assertThat(datacenter.path("Coordinates").path(0).path("Node").asText())
        .isEqualTo("node-1.dc1");
    JsonNode node = json(SERVER.get("/coordinate/nodes")).path(0);
    assertThat(node.path("Node").asText()).isEqualTo("node-1");
    assertThat(node.path("Coord").path("Vec")).hasSize(8);
  }

  @Test
  void a_node_tells_its_metrics_as_json_and_as_text_and_how_its_machine_is() {
    JsonNode metrics = json(SERVER.get("/agent/metrics"));
    assertThat(texts(metrics.path("Gauges"), "Name")).contains("consul.runtime.alloc_bytes");
    assertThat(metrics.path("Gauges").path(0).path("Value").asDouble()).isPositive();
    assertThat(texts(metrics.path("Samples"), "Name")).isNotEmpty();
    assertThat(SERVER.get("/agent/metrics?format=prometheus").body()).startsWith("# HELP");
    JsonNode host = json(SERVER.get("/agent/host"));
    assertThat(host.path("CollectionTime").asLong()).isPositive();
    assertThat(host.path("Memory").path("total").asLong()).isPositive();
    assertThat(host.path("Host").path("hostname").asText()).isEqualTo("node-1");
  }

  // ---- services

  @Test
  void a_service_is_registered_checked_found_and_deregistered() {
    register(
        "{\"name\":\"web\",\"id\":\"web-1\",\"Tags\":[\"blue\"],\"PORT\":80,"
            + "\"Meta\":{\"v\":\"2\"},\"Check\":{\"TTL\":\"10s\"}}");
    assertThat(get("/health/service/web?passing").body()).isEqualTo("[]");
    done(put("/agent/check/pass/service:web-1?note=fine", ""));
    JsonNode entry = json(get("/health/service/web?passing")).path(0);
    assertThat(entry.path("Node").path("Node").asText()).isEqualTo("node-1");
    assertThat(entry.path("Node").path("Address").asText()).isEqualTo("127.0.0.1");
    JsonNode service = entry.path("Service");
    assertThat(service.path("ID").asText()).isEqualTo("web-1");
    assertThat(service.path("Service").asText()).isEqualTo("web");
    assertThat(service.path("Port").asInt()).isEqualTo(80);
    assertThat(service.path("Meta").path("v").asText()).isEqualTo("2");
    assertThat(service.path("Weights").path("Passing").asInt()).isEqualTo(1);
    assertThat(texts(entry.path("Checks"), "CheckID"))
        .containsExactly("service:web-1", "serfHealth");
    assertThat(entry.path("Checks").path(0).path("Output").asText()).isEqualTo("fine");
    assertThat(entry.path("Checks").path(0).path("ServiceTags").path(0).asText()).isEqualTo("blue");
    done(put("/agent/service/deregister/web-1", ""));
    assertThat(get("/health/service/web").body()).isEqualTo("[]");
    HttpResponse<String> again = put("/agent/service/deregister/web-1", "");
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(code(again)).isEqualTo("unknown-service");
  }

  @Test
  void both_lists_of_a_service_have_the_same_order() {
    for (String id : List.of("c", "a", "b")) {
      register("{\"Name\":\"web\",\"ID\":\"" + id + "\"}");
    }
    JsonNode flat = json(get("/catalog/service/web"));
    assertThat(texts(flat, "ServiceID"))
        .isEqualTo(texts(json(get("/health/service/web")), "Service", "ID"))
        .containsExactly("a", "b", "c");
    assertThat(flat.path(0).path("ServiceName").asText()).isEqualTo("web");
    assertThat(flat.path(0).path("Node").asText()).isEqualTo("node-1");
  }

  @Test
  void instances_are_chosen_by_every_tag_named() {
    register("{\"Name\":\"web\",\"ID\":\"a\",\"Tags\":[\"x\",\"y\"]}");
    register("{\"Name\":\"web\",\"ID\":\"b\",\"Tags\":[\"x\"]}");
    assertThat(texts(json(get("/health/service/web?tag=x&tag=y")), "Service", "ID"))
        .containsExactly("a");
    assertThat(json(get("/catalog/service/web?tag=x"))).hasSize(2);
    assertThat(json(get("/catalog/services")).path("web")).hasSize(2);
  }

  @Test
  void a_name_may_have_any_characters() {
    register("{\"Name\":\"app#1/é\"}");
    assertThat(json(get("/health/service/app%231%2F%C3%A9"))).hasSize(1);
    assertThat(json(get("/health/service/app%231/%C3%A9"))).hasSize(1);
    done(put("/agent/service/deregister/app%231/%C3%A9", ""));
  }

  @Test
  void several_checks_are_numbered_and_those_not_named_again_go_when_asked_for() {
    register("{\"Name\":\"w\",\"Checks\":[{\"TTL\":\"1m\"},{\"CheckID\":\"x\",\"TTL\":\"1m\"}]}");
    assertThat(texts(json(get("/health/checks/w")), "CheckID")).containsExactly("service:w:1", "x");
    done(
        put(
            "/agent/service/register?replace-existing-checks=true",
            "{\"Name\":\"w\",\"Checks\":[{\"CheckID\":\"x\",\"TTL\":\"1m\"}]}"));
    assertThat(texts(json(get("/health/checks/w")), "CheckID")).containsExactly("x");
  }

  @Test
  void the_agent_lists_services_and_checks_without_that_of_the_node() {
    register("{\"Name\":\"w\",\"EnableTagOverride\":true,\"Check\":{\"TTL\":10000000000}}");
    JsonNode services = json(get("/agent/services"));
    assertThat(services.path("w").path("EnableTagOverride").asBoolean()).isTrue();
    assertThat(services).hasSize(1);
    JsonNode checks = json(get("/agent/checks"));
    assertThat(checks).hasSize(1);
    assertThat(checks.path("service:w").path("Type").asText()).isEqualTo("ttl");
    assertThat(checks.path("service:w").path("Definition").path("TTL").asText()).isEqualTo("10s");
    assertThat(json(get("/health/node/node-1"))).hasSize(2);
  }

  @Test
  void a_check_is_updated_in_every_way_and_by_get_as_older_clients_do() {
    done(put("/agent/check/register", "{\"Name\":\"mem\",\"TTL\":\"1m\",\"Notes\":\"n\"}"));
    assertThat(status("mem")).isEqualTo("critical");
    done(get("/agent/check/pass/mem"));
    assertThat(status("mem")).isEqualTo("passing");
    done(put("/agent/check/warn/mem", ""));
    assertThat(status("mem")).isEqualTo("warning");
    done(put("/agent/check/fail/mem?note=bad", ""));
    assertThat(status("mem")).isEqualTo("critical");
    done(
        put(
            "/agent/check/update/mem",
            "{\"Status\":\"passing\",\"Output\":\"" + "€".repeat(9_000) + "\"}"));
    JsonNode check = json(get("/agent/checks")).path("mem");
    assertThat(check.path("Status").asText()).isEqualTo("passing");
    assertThat(check.path("Output").asText()).as("4 KiB").isEqualTo("€".repeat(1365));
    assertThat(json(get("/health/state/passing")).toString()).contains("\"mem\"");
    done(get("/agent/check/deregister/mem"));
    assertThat(get("/agent/checks").body()).isEqualTo("{}");
    assertThat(put("/agent/check/pass/mem", "").statusCode()).isEqualTo(404);
  }

  private String status(String check) {
    return json(get("/agent/checks")).path(check).path("Status").asText();
  }

  @Test
  void maintenance_takes_a_service_or_all_of_a_node_out() {
    register("{\"Name\":\"a\"}");
    register("{\"Name\":\"b\"}");
    done(put("/agent/service/maintenance/a?enable=true&reason=upgrade", ""));
    assertThat(get("/health/service/a?passing").body()).isEqualTo("[]");
    assertThat(json(get("/agent/checks")).path("_service_maintenance:a").path("Notes").asText())
        .isEqualTo("upgrade");
    assertThat(get("/agent/health/service/id/a").statusCode()).isEqualTo(503);
    assertThat(json(get("/agent/health/service/id/a")).path("AggregatedStatus").asText())
        .isEqualTo("maintenance");
    assertThat(json(get("/health/service/b?passing"))).hasSize(1);
    done(put("/agent/maintenance?enable=true", ""));
    assertThat(get("/health/service/b?passing").body()).isEqualTo("[]");
    done(put("/agent/maintenance?enable=false", ""));
    done(put("/agent/service/maintenance/a?enable=false", ""));
    assertThat(json(get("/health/service/a?passing"))).hasSize(1);
    assertThat(put("/agent/maintenance", "").statusCode()).isEqualTo(400);
  }

  @Test
  void the_health_of_a_service_is_told_by_the_status() {
    register("{\"Name\":\"w\",\"Check\":{\"TTL\":\"1m\"}}");
    assertThat(get("/agent/health/service/name/w").statusCode()).isEqualTo(503);
    done(put("/agent/check/warn/service:w", ""));
    assertThat(get("/agent/health/service/id/w?format=text").statusCode()).isEqualTo(429);
    done(put("/agent/check/pass/service:w", ""));
    HttpResponse<String> well = get("/agent/health/service/id/w?format=text");
    assertThat(well.statusCode()).isEqualTo(200);
    assertThat(well.body()).isEqualTo("passing");
    assertThat(get("/agent/health/service/id/nobody").statusCode()).isEqualTo(404);
  }

  // ---- waiting

  private CompletableFuture<HttpResponse<String>> waiting(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.base() + path + "&" + ns)).build();
    return SERVER.client().sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_watcher_of_one_service_is_woken_by_it_and_not_by_another() throws Exception {
    HttpResponse<String> none = get("/health/service/a");
    assertThat(index(none)).isEqualTo(1);
    var a = waiting("/health/service/a?index=1&wait=10m");
    var quiet = waiting("/health/service/c?index=1&wait=700ms");
    register("{\"Name\":\"b\"}");
    assertThat(a).isNotDone();
    register("{\"Name\":\"a\"}");
    HttpResponse<String> woken = a.get(120, TimeUnit.SECONDS);
    assertThat(json(woken)).hasSize(1);
    assertThat(index(woken)).isGreaterThan(1);
    assertThat(index(quiet.get(120, TimeUnit.SECONDS))).isEqualTo(1);
  }

  @Test
  void a_ttl_that_is_over_wakes_who_watches_the_passing() throws Exception {
    register("{\"Name\":\"w\",\"Check\":{\"TTL\":\"1h\",\"Status\":\"passing\"}}");
    HttpResponse<String> seen = get("/health/service/w?passing");
    assertThat(json(seen)).hasSize(1);
    register("{\"Name\":\"w\",\"Check\":{\"TTL\":\"300ms\",\"Status\":\"passing\"}}");
    while (!seen.body().equals("[]")) { // by the new TTL, or when it is over
      seen =
          waiting("/health/service/w?passing&wait=10m&index=" + index(seen))
              .get(120, TimeUnit.SECONDS);
    }
  }

  @Test
  void with_a_hash_it_is_waited_for_another_registration_and_not_for_health() throws Exception {
    register("{\"Name\":\"w\",\"Check\":{\"TTL\":\"1m\"}}");
    String hash = json(get("/agent/service/w")).path("ContentHash").asText();
    assertThat(hash).isNotEmpty();
    var changed = waiting("/agent/service/w?wait=10m&hash=" + hash);
    done(put("/agent/check/pass/service:w", ""));
    Thread.yield();
    assertThat(changed).isNotDone();
    register("{\"Name\":\"w\",\"Port\":81,\"Check\":{\"TTL\":\"1m\"}}");
    JsonNode now = json(changed.get(120, TimeUnit.SECONDS));
    assertThat(now.path("Port").asInt()).isEqualTo(81);
    assertThat(now.path("ContentHash").asText()).isNotEqualTo(hash);
    String same = now.path("ContentHash").asText();
    JsonNode late =
        json(waiting("/agent/service/w?wait=50ms&hash=" + same).get(120, TimeUnit.SECONDS));
    assertThat(late.path("ContentHash").asText()).isEqualTo(same);
    assertThat(get("/agent/service/nobody").statusCode()).isEqualTo(404);
  }

  // ---- the catalog

  @Test
  void what_somebody_else_looks_after_is_registered_and_goes() {
    done(
        put(
            "/catalog/register",
            "{\"Node\":\"h\",\"Address\":\"10.0.0.9\",\"NodeMeta\":{\"rack\":\"7\"},"
                + "\"Service\":{\"Service\":\"db\",\"Port\":5432},"
                + "\"Check\":{\"Name\":\"alive\",\"Status\":\"passing\",\"ServiceID\":\"db\"}}"));
    assertThat(texts(json(get("/catalog/nodes")), "Node")).containsExactly("h");
    assertThat(json(get("/catalog/nodes?node-meta=rack:8"))).isEmpty();
    assertThat(json(get("/health/service/db?passing&node-meta=rack:7"))).hasSize(1);
    JsonNode node = json(get("/catalog/node/h"));
    assertThat(node.path("Node").path("Address").asText()).isEqualTo("10.0.0.9");
    assertThat(node.path("Services").path("db").path("Port").asInt()).isEqualTo(5432);
    assertThat(get("/catalog/node/nobody").body()).isEqualTo("null");
    done(put("/catalog/deregister", "{\"Node\":\"h\",\"ServiceID\":\"db\"}"));
    assertThat(get("/catalog/service/db").body()).isEqualTo("[]");
    done(put("/catalog/deregister", "{\"Node\":\"h\"}"));
    assertThat(get("/catalog/nodes").body()).isEqualTo("[]");
  }

  /** Go's client and {@code consul watch} compute the index to go on from out of the id. */
  @Test
  void the_halves_of_an_events_id_are_one_xor_the_other_the_index_of_the_list_it_ends() {
    for (int i = 0; i < 3; i++) {
      String fired = json(put("/event/fire/deploy", "")).path("ID").asText();
      HttpResponse<String> list = get("/event/list");
      assertThat(json(list).path(i).path("ID").asText()).isEqualTo(fired);
      UUID id = UUID.fromString(fired);
      assertThat(id.getMostSignificantBits() ^ id.getLeastSignificantBits()).isEqualTo(index(list));
      assertThat(id.variant()).isEqualTo(2);
    }
  }

  @Test
  void events_are_fired_by_put_and_by_post_and_listed() {
    JsonNode fired = json(put("/event/fire/deploy?service=web", "now"));
    assertThat(fired.path("Payload").asText()).isEqualTo("bm93");
    done(SERVER.send("POST", "/event/fire/other?" + ns, ""));
    JsonNode all = json(get("/event/list"));
    assertThat(texts(all, "Name")).containsExactly("deploy", "other");
    assertThat(all.path(0).path("ID").asText()).isEqualTo(fired.path("ID").asText());
    assertThat(all.path(0).path("ServiceFilter").asText()).isEqualTo("web");
    assertThat(all.path(1).path("Payload").isNull()).isTrue();
    assertThat(json(get("/event/list?name=other"))).hasSize(1);
  }

  @Test
  void a_filter_chooses_among_the_items() {
    register("{\"Name\":\"w\",\"ID\":\"a\",\"Meta\":{\"v\":\"1\"}}");
    register("{\"Name\":\"w\",\"ID\":\"b\",\"Meta\":{\"v\":\"2\"}}");
    String filter = "Service.Meta.v%20%3D%3D%20%222%22";
    assertThat(texts(json(get("/health/service/w?filter=" + filter)), "Service", "ID"))
        .containsExactly("b");
    assertThat(json(get("/agent/services?filter=Meta.v%20!%3D%202"))).hasSize(1);
    HttpResponse<String> bad = get("/health/service/w?filter=Service.Meta.v%20%3D%3D");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(code(bad)).isEqualTo("bad-filter");
  }

  @Test
  void a_filter_chooses_among_the_services_of_a_node() {
    register("{\"Name\":\"w\",\"ID\":\"a\",\"Tags\":[\"v1\"]}");
    register("{\"Name\":\"w\",\"ID\":\"b\",\"Tags\":[\"v2\"]}");
    String filter = "?filter=%22v2%22%20in%20Tags";
    JsonNode map = json(get("/catalog/node/node-1" + filter));
    assertThat(map.path("Node").path("Node").asText()).isEqualTo("node-1");
    assertThat(texts(map.path("Services"), "ID")).containsExactly("b");
    JsonNode list = json(get("/catalog/node-services/node-1" + filter));
    assertThat(list.path("Node").path("Node").asText()).isEqualTo("node-1");
    assertThat(texts(list.path("Services"), "ID")).containsExactly("b");
    assertThat(get("/catalog/node/nobody" + filter).body()).isEqualTo("null");
    HttpResponse<String> bad = get("/catalog/node/node-1?filter=Node%20%3D%3D%20x");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(code(bad)).isEqualTo("bad-filter");
  }

  // ---- bad input

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{",
        "{\"Name\":7}",
        "{\"Name\":\"w\",\"Port\":-1}",
        "{\"Name\":\"w\",\"Port\":65536}",
        "{\"Name\":\"w\",\"Port\":\"80\"}",
        "{\"Name\":\"w\",\"Tags\":\"x\"}",
        "{\"Name\":\"w\",\"Meta\":{\"a b\":\"c\"}}",
        "{\"Name\":\"w\",\"Meta\":{\"a\":1}}",
        "{\"Name\":\"w\",\"Address\":\"0.0.0.0\"}",
        "{\"Name\":\"w\",\"Weights\":{\"Passing\":-1}}",
        "{\"Name\":\"w\",\"EnableTagOverride\":\"yes\"}",
        "{\"Name\":\"w\",\"ID\":\"consul\"}",
        "{\"Name\":\"w\",\"Check\":{}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"0s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"-5s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":-5}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"soon\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"5s\",\"Interval\":\"5s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"HTTP\":\"http://x/\"}}",
        "{\"Name\":\"w\",\"Check\":{\"HTTP\":\"http://x/\",\"Interval\":\"-1s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"HTTP\":\"ftp://x/\",\"Interval\":\"1s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"HTTP\":\"http://x/\",\"TCP\":\"a:1\",\"Interval\":\"1s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TCP\":\"nowhere\",\"Interval\":\"1s\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"5s\",\"Status\":\"great\"}}",
        "{\"Name\":\"w\",\"Check\":{\"TTL\":\"5s\",\"SuccessBeforePassing\":-1}}",
        "{\"Name\":\"w\",\"Check\":{\"CheckID\":\"serfHealth\",\"TTL\":\"5s\"}}",
      })
  void what_is_wrong_is_a_clear_error_and_registers_nothing(String body) {
    HttpResponse<String> answer = put("/agent/service/register", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).isNotEmpty();
    assertThat(get("/agent/services").body()).isEqualTo("{}");
  }

  @Test
  void too_much_is_refused() {
    String tags = "\"" + "x".repeat(70_000) + "\"";
    assertThat(
            put("/agent/service/register", "{\"Name\":\"w\",\"Tags\":[" + tags + "]}").statusCode())
        .isEqualTo(400);
    assertThat(put("/agent/service/register", "x".repeat(300_000)).statusCode()).isEqualTo(413);
    assertThat(put("/event/fire/x", "x".repeat(5_000)).statusCode()).isEqualTo(413);
    assertThat(
            put("/agent/service/register", "{\"Name\":\"" + "x".repeat(600) + "\"}").statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "/catalog/register,{\"Node\":\"h\"}",
    "/catalog/register,{\"Address\":\"a\"}",
    "'/catalog/register','{\"Node\":\"h\",\"Address\":\"a\",\"Datacenter\":\"dc2\"}'",
    "'/catalog/register','{\"Node\":\"h\",\"Address\":\"a\",\"Check\":{\"Name\":\"c\",\"ServiceID\":\"x\"}}'",
    "/catalog/register?dc=dc2,'{\"Node\":\"h\",\"Address\":\"a\"}'",
    "/catalog/deregister,{}",
    "'/agent/check/register','{\"Name\":\"c\",\"ServiceID\":\"x\",\"TTL\":\"1s\"}'",
    "/agent/check/update/c,{\"Status\":\"great\"}",
  })
  void so_it_is_elsewhere(String path, String body) {
    HttpResponse<String> answer = put(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isIn(400, 500);
    assertThat(get("/catalog/nodes").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/service/w?passing=maybe",
        "/health/state/great",
        "/agent/service/",
        "/health/service/w?index=x"
      })
  void a_question_that_is_wrong_is_refused(String path) {
    assertThat(get(path).statusCode()).isEqualTo(400);
  }

  @Test
  void a_retry_with_a_request_id_is_done_once() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.base() + "/agent/service/register?" + ns))
            .header("X-Flotilla-Request-Id", "r1")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"Name\":\"w\"}"))
            .build();
    SERVER.client().send(request, HttpResponse.BodyHandlers.ofString());
    done(put("/agent/service/deregister/w", ""));
    done(SERVER.client().send(request, HttpResponse.BodyHandlers.ofString()));
    assertThat(get("/agent/services").body()).isEqualTo("{}");
  }

  @Test
  void a_check_may_ask_for_what_a_url_has_to_escape() {
    String url = "http://[::1]:8080/gr\u00fc\u00dfe/[1]?probe={consul}|x";
    String check = "{\"HTTP\":\"" + url + "\",\"Interval\":\"60s\"}";
    assertThat(put("/agent/service/register", "{\"Name\":\"w\",\"Check\":" + check + "}").body())
        .isEmpty();
    assertThat(get("/agent/checks").body())
        .contains("\"http://[::1]:8080/gr%C3%BC%C3%9Fe/%5B1%5D?probe=%7Bconsul%7D%7Cx\"");
  }

  @Test
  void a_check_may_ask_a_host_whose_name_is_none_of_the_internet() {
    String check = "{\"HTTP\":\"http://user_service:8080/health\",\"Interval\":\"60s\"}";
    assertThat(put("/agent/service/register", "{\"Name\":\"u\",\"Check\":" + check + "}").body())
        .isEmpty();
    String none = check.replace("user_service:8080", "user_service:x");
    HttpResponse<String> refused =
        put("/agent/service/register", "{\"Name\":\"v\",\"Check\":" + none + "}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("'HTTP' must be a URL");
  }
}
