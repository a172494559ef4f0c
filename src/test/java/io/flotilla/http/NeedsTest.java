package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Walks all routes: none does anything for who may not have it done. */
class NeedsTest {
  private static final String ROOT = "of-the-node";

  /** What anybody may ask: it tells nothing but that the cluster is there. */
  private static final Set<String> OPEN =
      Set.of(
          "GET /",
          "GET /ui",
          "HEAD /ui",
          "GET /ui/name",
          "HEAD /ui/name",
          "GET /alive",
          "GET /ready",
          "GET /v1/status/leader",
          "GET /v1/status/peers",
          "GET /v1/catalog/datacenters",
          "GET /v1/coordinate/datacenters",
          "GET /v1/acl/token/self",
          "GET /v1/acl/replication");

  /** Where nobody looks at tokens. */
  private static final Set<String> WITHOUT_TOKENS =
      Set.of("GET /alive", "GET /ready", "GET /ui", "HEAD /ui", "GET /ui/name", "HEAD /ui/name");

  /** What is left out of the answer is all of it. */
  private static final Set<String> FILTERED =
      Set.of(
          "GET /v1/query",
          "GET /v1/config/name",
          "GET /v1/health/connect/name",
          "GET /v1/health/ingress/name",
          "GET /v1/catalog/connect/name",
          "GET /v1/catalog/gateway-services/name",
          "GET /v1/connect/intentions",
          "GET /v1/event/list",
          "GET /v1/coordinate/nodes",
          "GET /v1/catalog/nodes",
          "GET /v1/catalog/services",
          "GET /v1/catalog/service/name",
          "GET /v1/health/service/name",
          "GET /v1/health/checks/name",
          "GET /v1/health/node/name",
          "GET /v1/agent/members",
          "GET /v1/agent/services",
          "GET /v1/agent/checks",
          "GET /v1/session/list",
          "GET /v1/session/info/name",
          "GET /v1/session/node/name");

  /** They say it themselves, once they have read what is asked: see {@link AclRoutesTest}. */
  private static final Set<String> LATER =
      Set.of(
          "PUT /v1/session/destroy/name",
          "PUT /v1/session/renew/name",
          "PUT /v1/txn",
          "PUT /v1/catalog/register",
          "PUT /v1/catalog/deregister",
          "GET /v1/agent/service/name",
          "GET /v1/agent/health/service/id/name",
          "PUT /v1/agent/service/register",
          "PUT /v1/agent/check/register",
          "PUT /v1/agent/check/update/name",
          "GET /v1/agent/check/pass/name",
          "PUT /v1/agent/check/pass/name",
          "GET /v1/agent/check/warn/name",
          "PUT /v1/agent/check/warn/name",
          "GET /v1/agent/check/fail/name",
          "PUT /v1/agent/check/fail/name",
          "GET /v1/agent/check/deregister/name",
          "PUT /v1/agent/check/deregister/name",
          "GET /v1/query/name",
          "GET /v1/agent/service/deregister/name",
          "PUT /v1/agent/service/deregister/name",
          "PUT /v1/agent/service/maintenance/name",
          "GET /v1/health/state/name");

  private static TestServer server;
  private static String otherPrefix;

  @BeforeAll
  static void start() {
    server = new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ROOT));
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
    String rules = "key_prefix \"other/\" { policy = \"write\" }";
    ok(
        server.sendTo(
            "PUT",
            "/v1/acl/policy?token=" + ROOT,
            "{\"Name\": \"other\", \"Rules\": " + Json.text(rules) + "}"));
    HttpResponse<String> token =
        ok(
            server.sendTo(
                "PUT", "/v1/acl/token?token=" + ROOT, "{\"Policies\": [{\"Name\": \"other\"}]}"));
    otherPrefix = TestServer.json(token).get("SecretID").asText();
  }

  private static HttpResponse<String> ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> send(String request, String token) {
    String[] parts = request.split(" ");
    String path = parts[1] + (token.isEmpty() ? "" : "?token=" + token);
    return server.sendTo(parts[0], path, Set.of("GET", "HEAD").contains(parts[0]) ? null : "{}");
  }

  @Test
  void withoutATokenOrWithOneForSomethingElseNothingIsDone() {
    assertThat(EveryRequest.of(server.endpoints())).hasSizeGreaterThan(80);
    for (String request : EveryRequest.of(server.endpoints())) {
      for (String token : List.of("", otherPrefix)) {
        HttpResponse<String> response = send(request, token);
        if (FILTERED.contains(request)) {
          assertThat(response.body()).as(request).isIn("[]", "{}");
        } else if (request.startsWith("POST /v1/acl/log")) {
          assertThat(response.statusCode()).as(request).isEqualTo(403);
        } else if (LATER.contains(request)) {
          assertThat(response.statusCode()).as(request).isNotEqualTo(500);
        } else if (!OPEN.contains(request)) {
          assertThat(response.body()).as(request + " " + token).contains("Permission denied");
          assertThat(response.statusCode()).as(request + " " + token).isEqualTo(403);
        }
      }
    }
  }

  @Test
  void withATokenThatIsNotKnownNothingIsToldAtAll() {
    for (String request : EveryRequest.of(server.endpoints())) {
      if (!WITHOUT_TOKENS.contains(request)) {
        HttpResponse<String> response = send(request, "11111111-2222-3333-4444-555555555555");
        assertThat(response.statusCode()).as(request).isEqualTo(403);
        assertThat(response.body()).as(request).contains("ACL not found");
      }
    }
  }
}
