package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import io.flotilla.http.TestServer;
import io.flotilla.kv.Session;
import io.flotilla.registry.AgentOp;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckRegistration;
import io.flotilla.registry.Key;
import io.flotilla.registry.Member;
import io.flotilla.registry.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegisteredChecksTest {
  private static Optional<String> problem(TestServer server, String... checks) {
    Session session =
        new Session(
            "s",
            "",
            "n1",
            Session.Behavior.DELETE,
            0,
            "",
            false,
            0,
            List.of(checks),
            List.of(),
            "",
            0);
    return new RegisteredChecks(server.registry, TestPatience.PATIENCE)
        .problem("default", session)
        .toCompletableFuture()
        .join();
  }

  private static void submit(TestServer server, Operation.Write<CatalogDraft, Result.Done> write) {
    server
        .registry
        .write("default", write, null, TestPatience.PATIENCE)
        .toCompletableFuture()
        .join();
  }

  @Test
  void a_session_may_name_checks_of_any_flotilla_node_that_are_not_critical() {
    try (TestServer server = new TestServer()) {
      assertThat(problem(server, "serfHealth")).isEmpty();
      assertThat(problem(server, "serfHealth", "mem")).contains("Missing check 'mem' registration");
      CheckDefinition ttl =
          new CheckDefinition(60_000, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 0);
      Check mem =
          Check.registered(
              new Key("n2", "mem"),
              new CheckRegistration("mem", "ttl", "", "", ttl, true),
              Status.CRITICAL,
              "");
      submit(server, new AgentOp.RegisterCheck(new Member("n2", "10.0.0.2", 1), mem));
      assertThat(problem(server, "mem")).contains("Check 'mem' is in critical state");
      submit(server, new AgentOp.UpdateCheck("mem", Status.WARNING, "", "n1"));
      assertThat(problem(server, "mem")).isEmpty();
    }
  }
}
