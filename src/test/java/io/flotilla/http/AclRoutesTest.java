package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens, policies and roles over HTTP, and what they let their owners do. */
class AclRoutesTest {
  private static final String ROOT = "of-the-node";
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ROOT));
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> ask(String token, String method, String path, String body) {
    String more = (path.contains("?") ? "&" : "?") + "token=" + token;
    return server.send(method, token.isEmpty() ? path : path + more, body);
  }

  private static JsonNode root(String method, String path, String body) {
    HttpResponse<String> response = ask(ROOT, method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  /** As text on Consul's paths, and as JSON on others. */
  private static void refused(HttpResponse<String> response, int status, String message) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    String code = TestServer.code(response);
    assertThat(response.body()).isIn(message, new String(Json.error(code, message), UTF_8));
  }

  private static String quoted(String text) {
    return Json.text(text);
  }

  /** Returns its name. */
  private static String policy(String rules) {
    String name = "p-" + UUID.randomUUID();
    root("PUT", "/acl/policy", "{\"Name\": \"" + name + "\", \"Rules\": " + quoted(rules) + "}");
    return name;
  }

  private static JsonNode token(String policy) {
    return root("PUT", "/acl/token", "{\"Policies\": [{\"Name\": \"" + policy + "\"}]}");
  }

  private static String secretFor(String rules) {
    return token(policy(rules)).get("SecretID").asText();
  }

  // ---- tokens

  @Test
  void aSecretIsShownOnceAndThenToItsOwner() {
    JsonNode made = token(policy("key_prefix \"a/\" { policy = \"read\" }"));
    String id = made.get("AccessorID").asText();
    String secret = made.get("SecretID").asText();
    assertThat(made.at("/Policies/0/Name").asText()).startsWith("p-");
    assertThat(made.get("Hash").asText()).isNotEmpty();

    JsonNode read = root("GET", "/acl/token/" + id, null);
    assertThat(read.get("SecretID").asText()).isEqualTo("<hidden>");
    assertThat(read.get("Policies")).isEqualTo(made.get("Policies"));
    JsonNode own = TestServer.json(ask(secret, "GET", "/acl/token/self", null));
    assertThat(own).isEqualTo(made);
    assertThat(ask(ROOT, "GET", "/acl/tokens", null).body()).contains(id).doesNotContain(secret);
  }

  @Test
  void theListHasTheNodesOwnTokenToo() {
    String own = "00000000-0000-0000-0000-000000000003";
    JsonNode listed = root("GET", "/acl/tokens", null);
    assertThat(listed.findValuesAsText("AccessorID"))
        .containsOnlyOnce("00000000-0000-0000-0000-000000000002", own)
        .isSorted();
    assertThat(listed.findValuesAsText("SecretID")).contains("anonymous", ROOT);
    assertThat(listed.findValuesAsText("Description")).contains("Initial Management Token");

    String reader = secretFor("acl = \"read\"");
    String seen = ask(reader, "GET", "/acl/tokens", null).body();
    assertThat(seen).contains(own, reader).doesNotContain(ROOT);
    assertThat(TestServer.json(ask(reader, "GET", "/acl/token/" + own, null)).get("SecretID"))
        .hasToString("\"<hidden>\"");
    assertThat(root("GET", "/acl/token/" + own, null))
        .isEqualTo(root("GET", "/acl/token/self", null));

    String management = "00000000-0000-0000-0000-000000000001";
    assertThat(ask(ROOT, "GET", "/acl/tokens?policy=" + management, null).body()).contains(own);
    assertThat(ask(ROOT, "GET", "/acl/tokens?policy=" + own, null).body()).doesNotContain(own);
    assertThat(ask(ROOT, "GET", "/acl/tokens?role=" + own, null).body()).doesNotContain(own);
  }

  @Test
  void aTokenIsChangedAndCopiedAndDeleted() {
    JsonNode made = token(policy("key_prefix \"a/\" { policy = \"write\" }"));
    String id = made.get("AccessorID").asText();
    String secret = made.get("SecretID").asText();
    assertThat(ask(secret, "PUT", "/kv/a/x", "1").statusCode()).isEqualTo(200);

    JsonNode copy = root("PUT", "/acl/token/" + id + "/clone", "{\"Description\": \"copy\"}");
    assertThat(copy.get("AccessorID").asText()).isNotEqualTo(id);
    assertThat(copy.get("Policies")).isEqualTo(made.get("Policies"));

    JsonNode changed = root("PUT", "/acl/token/" + id, "{\"Description\": \"none\"}");
    assertThat(changed.get("CreateIndex")).isEqualTo(made.get("CreateIndex"));
    assertThat(changed.get("ModifyIndex").asLong()).isGreaterThan(made.get("ModifyIndex").asLong());
    refused(ask(secret, "PUT", "/kv/a/x", "2"), 403, "Permission denied");
    String copied = copy.get("SecretID").asText();
    assertThat(ask(copied, "PUT", "/kv/a/x", "2").statusCode()).isEqualTo(200);

    root("DELETE", "/acl/token/" + copy.get("AccessorID").asText(), null);
    refused(ask(copied, "PUT", "/kv/a/x", "3"), 403, "ACL not found");
    refused(ask(ROOT, "GET", "/acl/token/" + copied, null), 403, "ACL not found");
  }

  @Test
  void whatATokenMustNotBeIsRefusedInConsulsWords() {
    refused(
        ask(ROOT, "PUT", "/acl/token", "{\"Policies\": [{\"Name\": \"none\"}]}"),
        500,
        "No such ACL policy with name \"none\"");
    refused(
        ask(ROOT, "PUT", "/acl/token", "{\"SecretID\": \"short\"}"),
        500,
        "Invalid Token: SecretID is not a valid UUID");
    refused(
        ask(
            ROOT,
            "PUT",
            "/acl/token",
            "{\"AccessorID\": \"00000000-0000-0000-0000-000000000009\"}"),
        500,
        "Invalid Token: UUIDs with the prefix \"00000000-0000-0000-0000-0000000000\" are reserved");
    refused(
        ask(ROOT, "PUT", "/acl/token", "{\"ServiceIdentities\": [{\"ServiceName\": \"A b\"}]}"),
        500,
        "Service identity \"A b\" has an invalid name."
            + " Only alphanumeric characters, '-' and '_' are allowed");
    refused(
        ask(ROOT, "PUT", "/acl/token", "{\"ExpirationTTL\": \"1s\"}"),
        500,
        "ExpirationTime cannot be less than 1m0s in the future (was 1000ms)");
    refused(
        ask(ROOT, "DELETE", "/acl/token/00000000-0000-0000-0000-000000000002", null),
        500,
        "Delete operation not permitted on the anonymous token");
    String secret = secretFor("acl = \"write\"");
    String id =
        TestServer.json(ask(secret, "GET", "/acl/token/self", null)).get("AccessorID").asText();
    refused(
        ask(secret, "DELETE", "/acl/token/" + id, null),
        500,
        "Deletion of the request's authorization token is not permitted");
    refused(
        ask(ROOT, "PUT", "/acl/token", "{\"SecretID\": \"" + secret + "\"}"),
        500,
        "Invalid Token: SecretID is already in use");
  }

  /** Clients ask for it to learn whether the first token of all counts already. */
  @Test
  void theNodesOwnTokenIsShownToItsOwnerAsOneThatMayDoEverything() {
    JsonNode own = TestServer.json(ask(ROOT, "GET", "/acl/token/self", null));
    assertThat(own.get("SecretID").asText()).isEqualTo(ROOT);
    assertThat(own.get("Policies").get(0).get("Name").asText()).isEqualTo("global-management");
  }

  @Test
  void whoShowsNoTokenHasWhatTheAnonymousOneHas() {
    refused(server.get("/kv/open/x"), 403, "Permission denied");
    String open = policy("key_prefix \"open/\" { policy = \"read\" }");
    String anonymous = "/acl/token/00000000-0000-0000-0000-000000000002";
    root("PUT", anonymous, "{\"Policies\": [{\"Name\": \"" + open + "\"}]}");
    assertThat(server.get("/kv/open/x").statusCode()).isEqualTo(404);
    assertThat(TestServer.json(server.get("/acl/token/self")).get("SecretID").asText())
        .isEqualTo("anonymous");
    root("PUT", anonymous, "{}");
    refused(server.get("/kv/open/x"), 403, "Permission denied");
  }

  @Test
  void aPreparedQueryIsForWhoMayHaveItsName() {
    String secret =
        token(policy("query_prefix \"app\" { policy = \"write\" }")).get("SecretID").asText();
    String web = "{\"Name\": \"NAME\", \"Service\": {\"Service\": \"web\"}}";
    String own = web.replace("NAME", "app-1");
    assertThat(ask(secret, "POST", "/query", own).statusCode()).isEqualTo(200);
    String other = web.replace("NAME", "other");
    refused(ask(secret, "POST", "/query", other), 403, "Permission denied");
    String id = TestServer.json(ask(ROOT, "POST", "/query", other)).get("ID").asText();
    assertThat(ask(secret, "GET", "/query", null).body())
        .contains("\"app-1\"")
        .doesNotContain("\"other\"");
    refused(ask(secret, "GET", "/query/" + id, null), 403, "Permission denied");
    refused(ask(secret, "GET", "/query/other/explain", null), 403, "Permission denied");
    refused(ask(secret, "DELETE", "/query/" + id, null), 403, "Permission denied");
    String taken = web.replace("NAME", "app-2");
    refused(ask(secret, "PUT", "/query/" + id, taken), 403, "Permission denied");
    assertThat(root("GET", "/query/" + id, null).at("/0/Name").asText()).isEqualTo("other");
    JsonNode seen = TestServer.json(ask(secret, "GET", "/query/other/execute", null));
    assertThat(seen.get("Nodes")).isEmpty();
  }

  // ---- policies and roles

  @Test
  void aPolicyCountsAsItIsNow() {
    String name = policy("key_prefix \"a/\" { policy = \"read\" }");
    String secret = token(name).get("SecretID").asText();
    refused(ask(secret, "PUT", "/kv/a/x", "1"), 403, "Permission denied");
    JsonNode policy = root("GET", "/acl/policy/name/" + name, null);
    String path = "/acl/policy/" + policy.get("ID").asText();
    assertThat(root("GET", path, null)).isEqualTo(policy);
    root(
        "PUT",
        path,
        "{\"Name\": \""
            + name
            + "\", \"Rules\": "
            + quoted("{\"key_prefix\": {\"a/\": {\"policy\": \"write\"}}}")
            + "}");
    assertThat(ask(secret, "PUT", "/kv/a/x", "1").statusCode()).isEqualTo(200);
    root("DELETE", path, null);
    refused(ask(secret, "PUT", "/kv/a/x", "1"), 403, "Permission denied");
    JsonNode self = TestServer.json(ask(secret, "GET", "/acl/token/self", null));
    assertThat(self.has("Policies")).isFalse();
  }

  @Test
  void whatAPolicyMustNotBeIsRefusedInConsulsWords() {
    String name = policy("");
    refused(ask(ROOT, "PUT", "/acl/policy", "{}"), 500, "Invalid Policy: no Name is set");
    refused(
        ask(ROOT, "PUT", "/acl/policy", "{\"Name\": \"a b\"}"),
        500,
        "Invalid Policy: invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
    refused(
        ask(ROOT, "PUT", "/acl/policy", "{\"Name\": \"" + name + "\"}"),
        500,
        "Invalid Policy: A Policy with Name \"" + name + "\" already exists");
    refused(
        ask(ROOT, "PUT", "/acl/policy", "{\"Name\": \"n\", \"Rules\": \"ky \\\"a\\\" {}\"}"),
        500,
        "Failed to parse ACL rules: there are no rules for 'ky'");
    String management = "/acl/policy/00000000-0000-0000-0000-000000000001";
    refused(
        ask(ROOT, "DELETE", management, null),
        500,
        "Delete operation not permitted on the builtin global-management policy");
    refused(
        ask(ROOT, "PUT", management, "{\"Name\": \"global-management\", \"Rules\": \"\"}"),
        500,
        "Changing the Rules for the builtin global-management policy is not permitted");
    refused(ask(ROOT, "GET", "/acl/policy/" + UUID.randomUUID(), null), 403, "ACL not found");
  }

  @Test
  void aRoleGivesItsPoliciesToItsTokens() {
    String name = policy("key_prefix \"r/\" { policy = \"write\" }");
    JsonNode role =
        root(
            "PUT",
            "/acl/role",
            "{\"Name\": \"role-1\", \"Policies\": [{\"Name\": \""
                + name
                + "\"}],"
                + " \"NodeIdentities\": [{\"NodeName\": \"n1\", \"Datacenter\": \"dc1\"}]}");
    String id = role.get("ID").asText();
    JsonNode token = root("PUT", "/acl/token", "{\"Roles\": [{\"ID\": \"" + id + "\"}]}");
    assertThat(token.at("/Roles/0/Name").asText()).isEqualTo("role-1");
    String secret = token.get("SecretID").asText();
    assertThat(ask(secret, "PUT", "/kv/r/x", "1").statusCode()).isEqualTo(200);
    assertThat(root("GET", "/acl/role/name/role-1", null)).isEqualTo(role);
    assertThat(root("GET", "/acl/roles", null).toString()).contains(id);
    root("PUT", "/acl/role/" + id, "{\"Name\": \"role-2\"}");
    refused(ask(secret, "PUT", "/kv/r/x", "1"), 403, "Permission denied");
    root("DELETE", "/acl/role/" + id, null);
    refused(ask(ROOT, "GET", "/acl/role/" + id, null), 403, "ACL not found");
  }

  // ---- keys

  @Test
  void keysAreReadAndListedAndWrittenAsFarAsTheRulesGo() {
    for (String key : new String[] {"m/a", "m/b/1", "m/b/2", "m/c"}) {
      ask(ROOT, "PUT", "/kv/" + key, "1");
    }
    String secret =
        secretFor(
            "key_prefix \"m/\" { policy = \"read\" } key_prefix \"m/b/\" { policy = \"write\" }"
                + " key \"m/c\" { policy = \"deny\" }");
    assertThat(ask(secret, "GET", "/kv/m/a", null).statusCode()).isEqualTo(200);
    assertThat(ask(secret, "GET", "/kv/m/a?raw", null).body()).isEqualTo("1");
    refused(ask(secret, "GET", "/kv/m/c", null), 403, "Permission denied");
    refused(ask(secret, "GET", "/kv/other", null), 403, "Permission denied");
    assertThat(TestServer.json(ask(secret, "GET", "/kv/m?keys", null)).toString())
        .isEqualTo("[\"m/a\",\"m/b/1\",\"m/b/2\"]");
    assertThat(ask(secret, "GET", "/kv/?recurse", null).body())
        .contains("m/b/1")
        .doesNotContain("m/c");
    assertThat(ask(secret, "GET", "/kv/m/c?recurse", null).statusCode()).isEqualTo(404);
    refused(ask(secret, "PUT", "/kv/m/a", "2"), 403, "Permission denied");
    refused(ask(secret, "DELETE", "/kv/m/a", null), 403, "Permission denied");
    assertThat(ask(secret, "PUT", "/kv/m%2Fb%2F1", "2").statusCode()).isEqualTo(200);
    refused(ask(secret, "DELETE", "/kv/m/?recurse", null), 403, "Permission denied");
    assertThat(ask(secret, "DELETE", "/kv/m/b/?recurse", null).statusCode()).isEqualTo(200);
    refused(ask(secret, "GET", "/kv/m/a?ns=team", null), 403, "Permission denied");
    String team =
        secretFor(
            "key_prefix \"\" { policy = \"write\" } namespace \"team\" { policy = \"read\" }");
    assertThat(ask(team, "GET", "/kv/m/a?ns=team", null).statusCode()).isEqualTo(404);
    refused(ask(team, "PUT", "/kv/m/a?ns=team", "1"), 403, "Permission denied");
  }

  @Test
  void aFolderIsSeenIfAnythingInItIs() {
    for (String key : new String[] {"f/a/1", "f/b/1", "f/b/2", "f/c", "f/d/1"}) {
      ask(ROOT, "PUT", "/kv/" + key, "1");
    }
    String some =
        secretFor(
            "key \"f/b/2\" { policy = \"read\" } key_prefix \"f/c\" { policy = \"read\" }"
                + " key_prefix \"f/d/\" { policy = \"write\" } key \"f/d/1\" { policy = \"deny\" }");
    assertThat(ask(some, "GET", "/kv/f/?keys&separator=/", null).body())
        .isEqualTo("[\"f/b/\",\"f/c\"]");
    assertThat(ask(some, "GET", "/kv/?keys&separator=/", null).body()).isEqualTo("[\"f/\"]");
    assertThat(ask(some, "GET", "/kv/f/a?keys&separator=/", null).statusCode()).isEqualTo(404);
    String all = secretFor("key_prefix \"f/\" { policy = \"read\" }");
    assertThat(ask(all, "GET", "/kv/f/?keys&separator=/", null).body())
        .isEqualTo("[\"f/a/\",\"f/b/\",\"f/c\",\"f/d/\"]");
  }

  @Test
  @Timeout(600)
  void changesAndMessagesComeToWhoMayReadThem() {
    String some =
        secretFor(
            "key_prefix \"e/\" { policy = \"read\" } key \"e/no/x\" { policy = \"deny\" }"
                + " event_prefix \"e-\" { policy = \"read\" }");
    refused(ask(some, "GET", "/watch", null), 403, "Permission denied");
    refused(ask(some, "GET", "/watch?prefix=e/", null), 403, "Permission denied");
    refused(ask(some, "GET", "/watch?prefix=e/no/", null), 403, "Permission denied");
    refused(ask(some, "GET", "/watch?prefix=e/a&ns=team", null), 403, "Permission denied");
    refused(ask(some, "GET", "/topics/other", null), 403, "Permission denied");
    String keys = secretFor("key_prefix \"\" { policy = \"read\" }");
    refused(ask(keys, "GET", "/watch?sessions", null), 403, "Permission denied");
  }

  @Test
  @Timeout(600)
  void whoHearsOfChangesHearsNothingOnceTheTokenIsGone() throws Exception {
    for (String path : new String[] {"/watch?prefix=g/", "/topics/g?"}) {
      JsonNode token =
          token(
              policy("key_prefix \"g/\" { policy = \"read\" } event \"g\" { policy = \"read\" }"));
      try (BufferedReader taken = events(path, token.get("SecretID").asText());
          BufferedReader kept = events(path, ROOT)) {
        root("DELETE", "/acl/token/" + token.get("AccessorID").asText(), null);
        assertThat(taken.lines()).noneMatch(line -> line.startsWith("event: change"));
        ask(ROOT, "PUT", "/kv/g/x", "1");
        ask(ROOT, "POST", "/topics/g", "1");
        assertThat(kept.lines().anyMatch(line -> line.matches("event: (change|message)"))).isTrue();
      }
    }
  }

  /** A stream of events that has begun. */
  private static BufferedReader events(String path, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base() + path + "&token=" + token)).build();
    HttpResponse<InputStream> response =
        server.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    BufferedReader events = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    assertThat(events.lines().anyMatch("event: start"::equals)).isTrue();
    return events;
  }

  @Test
  void whoWaitsGetsNothingOnceTheTokenIsGone() {
    ask(ROOT, "PUT", "/kv/w/x", "1");
    JsonNode token = token(policy("key_prefix \"w/\" { policy = \"read\" }"));
    String secret = token.get("SecretID").asText();
    String index = ask(secret, "GET", "/kv/w/x", null).headers().firstValue("X-Consul-Index").get();
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () -> ask(secret, "GET", "/kv/w/x?wait=300s&index=" + index, null));
    await().atMost(TestPatience.PATIENCE).until(() -> server.store.watches() == 1);
    root("DELETE", "/acl/token/" + token.get("AccessorID").asText(), null);
    ask(ROOT, "PUT", "/kv/w/x", "2");
    refused(waiting.join(), 403, "ACL not found");
  }

  @Test
  void sessionsAreMadeSeenAndEndedAsFarAsTheRulesGo() {
    String none = secretFor("session \"other\" { policy = \"write\" }");
    String some = secretFor("session_prefix \"node\" { policy = \"write\" }");
    refused(ask(none, "PUT", "/session/create", "{}"), 403, "Permission denied");
    String id = TestServer.json(ask(some, "PUT", "/session/create", "{}")).get("ID").asText();
    assertThat(ask(none, "GET", "/session/list", null).body()).isEqualTo("[]");
    assertThat(ask(some, "GET", "/session/list", null).body()).contains(id);
    refused(ask(none, "PUT", "/session/renew/" + id, null), 403, "Permission denied");
    refused(ask(none, "PUT", "/session/destroy/" + id, null), 403, "Permission denied");
    assertThat(ask(some, "GET", "/session/info/" + id, null).body()).contains(id);
    assertThat(ask(some, "PUT", "/session/destroy/" + id, null).statusCode()).isEqualTo(200);
    assertThat(ask(some, "GET", "/session/info/" + id, null).body()).isEqualTo("[]");
  }

  @Test
  void whatIsRegisteredIsSeenAsFarAsTheRulesGo() {
    for (String name : new String[] {"web", "db"}) {
      ask(ROOT, "PUT", "/agent/service/register", "{\"Name\": \"" + name + "\"}");
    }
    String web = "service \"web\" { policy = \"read\" }";
    String all = secretFor(web + " node_prefix \"\" { policy = \"read\" }");
    assertThat(ask(all, "GET", "/health/service/web", null).body()).contains("\"web\"");
    assertThat(ask(all, "GET", "/health/service/db", null).body()).isEqualTo("[]");
    assertThat(ask(all, "GET", "/catalog/services", null).body())
        .contains("web")
        .doesNotContain("db");
    assertThat(ask(all, "GET", "/agent/services", null).body())
        .contains("web")
        .doesNotContain("db");
    assertThat(ask(all, "GET", "/catalog/nodes", null).body()).contains("node-1");
    assertThat(ask(all, "GET", "/catalog/node/node-1", null).body())
        .contains("web")
        .doesNotContain("db");
    String nowhere = secretFor(web);
    assertThat(ask(nowhere, "GET", "/health/service/web", null).body()).isEqualTo("[]");
    assertThat(ask(nowhere, "GET", "/catalog/nodes", null).body()).isEqualTo("[]");
    assertThat(ask(nowhere, "GET", "/agent/services", null).body()).contains("web");
    refused(ask(nowhere, "GET", "/catalog/node/node-1", null), 403, "Permission denied");
  }

  @Test
  void servicesAreRegisteredAndDeregisteredAsFarAsTheRulesGo() {
    String mine = secretFor("service_prefix \"my-\" { policy = \"write\" }");
    String register = "/agent/service/register";
    String theirs = "{\"ID\": \"id-1\", \"Name\": \"their-db\"}";
    ask(ROOT, "PUT", register, theirs);
    refused(ask(mine, "PUT", register, theirs), 403, "Permission denied");
    String taken = "{\"ID\": \"id-1\", \"Name\": \"my-db\"}";
    refused(ask(mine, "PUT", register, taken), 403, "Permission denied");
    refused(ask(mine, "PUT", "/agent/service/deregister/id-1", null), 403, "Permission denied");
    refused(
        ask(mine, "PUT", "/agent/service/maintenance/id-1?enable=true", null),
        403,
        "Permission denied");
    refused(ask(mine, "PUT", "/agent/maintenance?enable=true", null), 403, "Permission denied");
    String own = "{\"ID\": \"id-2\", \"Name\": \"my-db\"}";
    assertThat(ask(mine, "PUT", register, own).statusCode()).isEqualTo(200);
    assertThat(ask(mine, "GET", "/agent/services", null).body())
        .contains("id-2")
        .doesNotContain("id-1");
    assertThat(ask(mine, "PUT", "/agent/service/deregister/id-2", null).statusCode())
        .isEqualTo(200);
    assertThat(ask(ROOT, "GET", "/agent/services", null).body()).contains("their-db");
  }

  @Test
  void whatOthersLookAfterIsRegisteredAsFarAsTheRulesGo() {
    String service = secretFor("service_prefix \"x-\" { policy = \"write\" }");
    String node = secretFor("node \"ext\" { policy = \"write\" }");
    String both =
        secretFor(
            "node \"ext\" { policy = \"write\" } service_prefix \"x-\" { policy = \"write\" }");
    String ext = "{\"Node\": \"ext\", \"Address\": \"10.0.0.9\"";
    String withService = ext + ", \"Service\": {\"ID\": \"x1\", \"Service\": \"x-a\"}}";
    String register = "/catalog/register";

    refused(ask(service, "PUT", register, withService), 403, "Permission denied");
    refused(ask(node, "PUT", register, withService), 403, "Permission denied");
    assertThat(ask(both, "PUT", register, withService).statusCode()).isEqualTo(200);
    // The node stays as it is, so only the service counts.
    assertThat(ask(service, "PUT", register, withService).statusCode()).isEqualTo(200);
    String moved = withService.replace("10.0.0.9", "10.0.0.8");
    refused(ask(service, "PUT", register, moved), 403, "Permission denied");
    String kept = moved.replace("{\"Node\"", "{\"SkipNodeUpdate\": true, \"Node\"");
    assertThat(ask(service, "PUT", register, kept).statusCode()).isEqualTo(200);
    assertThat(ask(ROOT, "GET", "/catalog/node/ext", null).body()).contains("10.0.0.9");

    String theirs = ext + ", \"Service\": {\"ID\": \"y1\", \"Service\": \"y\"}";
    String theirCheck =
        ", \"Check\": {\"CheckID\": \"yc\", \"Name\": \"yc\", \"ServiceID\": \"y1\"}}";
    ask(ROOT, "PUT", register, theirs + theirCheck);
    String taken = ext + ", \"Service\": {\"ID\": \"y1\", \"Service\": \"x-a\"}}";
    refused(ask(both, "PUT", register, taken), 403, "Permission denied");
    refused(ask(both, "PUT", register, ext + theirCheck), 403, "Permission denied");
    String takenCheck = ext + theirCheck.replace("\"y1\"", "\"x1\"");
    refused(ask(service, "PUT", register, takenCheck), 403, "Permission denied");
    String ofNode = ext + ", \"Check\": {\"CheckID\": \"n\", \"Name\": \"n\"}}";
    refused(ask(service, "PUT", register, ofNode), 403, "Permission denied");
    assertThat(ask(node, "PUT", register, ofNode).statusCode()).isEqualTo(200);

    String deregister = "/catalog/deregister";
    for (String what :
        new String[] {
          "{\"Node\": \"ext\"}",
          "{\"Node\": \"ext\", \"ServiceID\": \"y1\"}",
          "{\"Node\": \"ext\", \"CheckID\": \"yc\"}",
          "{\"Node\": \"ext\", \"CheckID\": \"n\"}",
          "{\"Node\": \"ext\", \"CheckID\": \"none\"}"
        }) {
      refused(ask(service, "PUT", deregister, what), 403, "Permission denied");
    }
    String own = "{\"Node\": \"ext\", \"ServiceID\": \"x1\"}";
    assertThat(ask(service, "PUT", deregister, own).statusCode()).isEqualTo(200);
    assertThat(ask(ROOT, "GET", "/catalog/node/ext", null).body())
        .contains("\"y1\"")
        .doesNotContain("\"x1\"");
    assertThat(ask(node, "PUT", deregister, "{\"Node\": \"ext\"}").statusCode()).isEqualTo(200);
    assertThat(ask(ROOT, "GET", "/catalog/node/ext", null).body()).isEqualTo("null");
  }

  @Test
  void oneServiceAndTheMembersAreSeenAsFarAsTheRulesGo() {
    for (String name : new String[] {"s-mine", "s-theirs"}) {
      ask(ROOT, "PUT", "/agent/service/register", "{\"Name\": \"" + name + "\"}");
    }
    String mine = secretFor("service \"s-mine\" { policy = \"read\" }");
    for (String path : new String[] {"/agent/service/", "/agent/health/service/id/"}) {
      assertThat(ask(mine, "GET", path + "s-mine", null).statusCode()).as(path).isEqualTo(200);
      refused(ask(mine, "GET", path + "s-theirs", null), 403, "Permission denied");
      assertThat(ask(mine, "GET", path + "none", null).statusCode()).as(path).isEqualTo(404);
    }
    String node = secretFor("node \"node-1\" { policy = \"read\" }");
    assertThat(ask(node, "GET", "/agent/members", null).body())
        .contains("node-1")
        .doesNotContain("other");
    assertThat(ask(mine, "GET", "/agent/members", null).body()).isEqualTo("[]");
    refused(ask(node, "GET", "/agent/self", null), 403, "Permission denied");
    String agent = secretFor("agent \"node-1\" { policy = \"read\" }");
    assertThat(ask(agent, "GET", "/agent/self", null).statusCode()).isEqualTo(200);
  }

  @Test
  void theAgentsOwnTokensAreTakenAndThoseThatWouldGiveRightsAreNot() {
    String given = "{\"Token\": \"secret\"}";
    String agent = secretFor("agent \"node-1\" { policy = \"write\" }");
    for (String kind :
        new String[] {"agent", "acl_agent_token", "replication", "acl_replication_token"}) {
      assertThat(ask(agent, "PUT", "/agent/token/" + kind, given).statusCode()).isEqualTo(200);
    }
    for (String kind :
        new String[] {"default", "acl_token", "agent_master", "acl_agent_master_token"}) {
      String path = "/agent/token/" + kind;
      refused(
          ask(agent, "PUT", path, given),
          500,
          "Token \""
              + kind
              + "\" can't be set: here a request has the rights of its own token only");
      assertThat(ask(agent, "PUT", path, "{\"Token\": \"\"}").statusCode()).isEqualTo(200);
    }
    refused(ask(agent, "PUT", "/agent/token/x", given), 404, "Token \"x\" is unknown");
    String reader = secretFor("agent \"node-1\" { policy = \"read\" }");
    refused(ask(reader, "PUT", "/agent/token/agent", given), 403, "Permission denied");
  }

  @Test
  void theProxyLeadsToServicesThatMayBeRead() {
    String mine = secretFor("service \"p-mine\" { policy = \"read\" }");
    assertThat(TestServer.code(ask(mine, "GET", "/proxy/p-mine/x", null)))
        .isEqualTo("unknown-service");
    refused(ask(mine, "GET", "/proxy/p-theirs/x", null), 403, "Permission denied");
    refused(ask(mine, "POST", "/proxy/p%2Dtheirs/x?ns=team", "1"), 403, "Permission denied");
  }

  @Test
  void checksBelongToTheirServiceOrNode() {
    String mine = secretFor("service \"c-mine\" { policy = \"write\" }");
    String node = secretFor("node \"node-1\" { policy = \"write\" }");
    for (String name : new String[] {"c-mine", "c-theirs"}) {
      String ttl = "\"Check\": {\"TTL\": \"1h\"}";
      ask(ROOT, "PUT", "/agent/service/register", "{\"Name\": \"" + name + "\", " + ttl + "}");
    }
    assertThat(ask(mine, "PUT", "/agent/check/pass/service:c-mine", null).statusCode())
        .isEqualTo(200);
    for (String verb : new String[] {"pass", "warn", "fail", "deregister"}) {
      String theirs = "/agent/check/" + verb + "/service:c-theirs";
      refused(ask(mine, "PUT", theirs, null), 403, "Permission denied");
      refused(ask(mine, "GET", theirs, null), 403, "Permission denied");
    }
    refused(
        ask(mine, "PUT", "/agent/check/update/service:c-theirs", "{\"Status\": \"passing\"}"),
        403,
        "Permission denied");
    String ofNode = "{\"Name\": \"c-node\", \"TTL\": \"1h\"}";
    refused(ask(mine, "PUT", "/agent/check/register", ofNode), 403, "Permission denied");
    assertThat(ask(node, "PUT", "/agent/check/register", ofNode).statusCode()).isEqualTo(200);
    refused(ask(mine, "PUT", "/agent/check/pass/c-node", null), 403, "Permission denied");
    assertThat(ask(node, "PUT", "/agent/check/pass/c-node", null).statusCode()).isEqualTo(200);
    String taken =
        "{\"ID\": \"c-node\", \"Name\": \"x\", \"ServiceID\": \"c-mine\", \"TTL\": \"1h\"}";
    refused(ask(mine, "PUT", "/agent/check/register", taken), 403, "Permission denied");
    String added = "{\"Name\": \"c-own\", \"ServiceID\": \"c-mine\", \"TTL\": \"1h\"}";
    assertThat(ask(mine, "PUT", "/agent/check/register", added).statusCode()).isEqualTo(200);
    String foreign = "{\"Name\": \"c-x\", \"ServiceID\": \"c-theirs\", \"TTL\": \"1h\"}";
    refused(ask(mine, "PUT", "/agent/check/register", foreign), 403, "Permission denied");
    assertThat(ask(mine, "PUT", "/agent/check/deregister/c-own", null).statusCode()).isEqualTo(200);
  }

  @Test
  void aTransactionIsDoneAsAWholeOrNotAtAll() {
    String secret =
        secretFor("key_prefix \"t/\" { policy = \"write\" } key \"t/no\" { policy = \"deny\" }");
    ask(ROOT, "PUT", "/kv/t/no", "1");
    HttpResponse<String> denied =
        ask(
            secret,
            "PUT",
            "/txn",
            "[{\"KV\": {\"Verb\": \"set\", \"Key\": \"t/a\", \"Value\": \"\"}},"
                + " {\"KV\": {\"Verb\": \"delete-tree\", \"Key\": \"t/\"}}]");
    assertThat(denied.statusCode()).isEqualTo(409);
    assertThat(TestServer.json(denied).get("Errors").toString())
        .isEqualTo("[{\"OpIndex\":1,\"What\":\"Permission denied\"}]");
    assertThat(ask(secret, "GET", "/kv/t/a", null).statusCode()).isEqualTo(404);
    HttpResponse<String> done =
        ask(
            secret,
            "PUT",
            "/txn",
            "[{\"KV\": {\"Verb\": \"set\", \"Key\": \"t/a\", \"Value\": \"\"}},"
                + " {\"KV\": {\"Verb\": \"get-tree\", \"Key\": \"t/\"}}]");
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(done.body()).contains("t/a").doesNotContain("t/no");
  }

  /** What may be changed together is what may be changed one by one. */
  @Test
  void aTransactionOnTheCatalogNeedsAllItsParts() {
    String secret =
        secretFor("node \"tx\" { policy = \"write\" } service \"db\" { policy = \"write\" }");
    String node =
        "{\"Node\": {\"Verb\": \"set\", \"Node\": {\"Node\": \"tx\", \"Address\": \"a\"}}}";
    String service =
        "{\"Service\": {\"Verb\": \"%s\", \"Node\": \"tx\","
            + " \"Service\": {\"ID\": \"%s\", \"Service\": \"%s\"}}}";
    root(
        "PUT",
        "/catalog/register",
        "{\"Node\": \"tx\", \"Address\": \"a\","
            + " \"Service\": {\"ID\": \"other\", \"Service\": \"web\"}}");
    HttpResponse<String> denied =
        ask(
            secret,
            "PUT",
            "/txn",
            "["
                + String.join(
                    ", ",
                    node,
                    node.replace("tx", "ty"),
                    String.format(service, "set", "db", "db"),
                    String.format(service, "set", "w", "web"),
                    String.format(service, "set", "other", "db"))
                + "]");
    assertThat(denied.statusCode()).as(denied.body()).isEqualTo(409);
    assertThat(TestServer.json(denied).get("Errors").findValuesAsText("OpIndex"))
        .containsExactly("1", "3", "4");
    assertThat(TestServer.json(denied).get("Errors").findValuesAsText("What"))
        .containsOnly("Permission denied");
    HttpResponse<String> done =
        ask(
            secret,
            "PUT",
            "/txn",
            "["
                + String.join(
                    ", ",
                    node,
                    String.format(service, "set", "db", "db"),
                    String.format(service, "get", "other", "web"))
                + "]");
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(TestServer.json(done).get("Results")).hasSize(2);
    assertThat(done.body()).doesNotContain("web");
  }

  // ---- the first token, and logging in

  @Test
  void theFirstTokenIsMadeOnceUnlessTheDiskSaysOtherwise() {
    refused(ask("", "PUT", "/acl/bootstrap", null), 403, "Permission denied");
    JsonNode first = root("PUT", "/acl/bootstrap", null);
    String secret = first.get("SecretID").asText();
    assertThat(first.get("ID").asText()).isEqualTo(secret);
    assertThat(first.at("/Policies/0/Name").asText()).isEqualTo("global-management");
    assertThat(ask(secret, "GET", "/acl/tokens", null).statusCode()).isEqualTo(200);
    HttpResponse<String> again = ask(ROOT, "PUT", "/acl/bootstrap", null);
    assertThat(again.statusCode()).isEqualTo(403);
    String message = again.body();
    assertThat(message)
        .startsWith("Permission denied: ACL bootstrap no longer allowed (reset index: ");
    server.resetIndex = Long.parseLong(message.replaceAll("\\D", ""));
    root("PUT", "/acl/bootstrap", null);
    HttpResponse<String> third = ask(ROOT, "PUT", "/acl/bootstrap", null);
    assertThat(third.statusCode()).isEqualTo(403);
    assertThat(third.body())
        .startsWith(
            "Permission denied: Invalid bootstrap reset index (specified " + server.resetIndex);
  }

  @Test
  void nobodyLogsIn() {
    refused(server.send("POST", "/acl/login", "{}"), 403, "ACL not found");
    refused(server.send("POST", "/acl/logout", ""), 403, "ACL not found");
    refused(ask(ROOT, "POST", "/acl/logout", ""), 403, "Permission denied");
    assertThat(TestServer.json(server.get("/acl/replication")).get("Enabled").asBoolean())
        .isFalse();
  }
}
