package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import io.flotilla.http.HttpServer;
import io.flotilla.http.TestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens and policies through the client, over HTTP. */
class AclApiTest {
  private final TestServer server =
      new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ""));

  @BeforeEach
  void caughtUp() {
    try (Flotilla nobody = with(null)) {
      await()
          .atMost(TestPatience.PATIENCE)
          .until(() -> Flotilla.await(nobody.acl().self()).description().startsWith("Anonymous"));
    }
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Flotilla with(String token) {
    return PatientClient.of(server.base().replace("http://", "").replace("/v1", ""))
        .token(token)
        .build();
  }

  private static void fails(CompletableFuture<?> future, String code) {
    assertThatThrownBy(() -> Flotilla.await(future))
        .isInstanceOfSatisfying(FlotillaException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void whatATokenMayDoIsMadeChangedAndEnded() {
    AclApi.Token first;
    try (Flotilla nobody = with(null)) {
      fails(nobody.acl().tokens(), "permission-denied");
      first = Flotilla.await(nobody.acl().bootstrap());
      fails(nobody.acl().bootstrap(), "permission-denied");
    }
    try (Flotilla root = with(first.secretId())) {
      AclApi acl = root.acl();
      assertThat(Flotilla.await(acl.self())).isEqualTo(first);
      AclApi.Policy reads =
          Flotilla.await(
              acl.createPolicy("reads", "for app", "key_prefix \"app/\" { policy = \"read\" }"));
      assertThat(Flotilla.await(acl.policy("reads"))).isEqualTo(reads);
      assertThat(Flotilla.await(acl.policies())).extracting("name").contains("reads");
      AclApi.Token token = Flotilla.await(acl.createToken("of app", List.of("reads")));
      assertThat(token.policies()).containsExactly(new AclApi.Link(reads.id(), "reads"));
      assertThat(Flotilla.await(acl.token(token.accessorId())).secretId()).isEqualTo("<hidden>");

      try (Flotilla app = with(token.secretId())) {
        assertThat(Flotilla.await(app.acl().self()).secretId()).isEqualTo(token.secretId());
        assertThat(Flotilla.await(app.kv().get("app/a"))).isEmpty();
        fails(app.kv().set("app/a", "x"), "permission-denied");
        String writes = "key_prefix \"app/\" { policy = \"write\" }";
        Flotilla.await(
            acl.changePolicy(new AclApi.Policy(reads.id(), "writes", "for app", writes)));
        Flotilla.await(app.kv().set("app/a", "x"));
        Flotilla.await(acl.deletePolicy(reads.id()));
        fails(app.kv().get("app/a"), "permission-denied");
        fails(acl.policy("writes"), "acl-not-found");
        Flotilla.await(acl.deleteToken(token.accessorId()));
        assertThat(Flotilla.await(acl.tokens())).doesNotContain(token).hasSize(2);
        fails(app.kv().get("app/a"), "acl-not-found");
      }
    }
  }

  @Test
  void withoutAclsTheClientIsToldSo() {
    try (TestServer plain = new TestServer();
        Flotilla client =
            PatientClient.connect(plain.base().replace("http://", "").replace("/v1", ""))) {
      fails(client.acl().tokens(), "acl-disabled");
    }
  }
}
