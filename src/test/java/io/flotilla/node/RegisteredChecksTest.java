package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Refusal;
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
import io.flotilla.registry.Node;
import io.flotilla.registry.NodeOp;
import io.flotilla.registry.Stamp;
import io.flotilla.registry.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegisteredChecksTest {
  private static Session session(String node, List<String> checks) {
    return new Session(
        "s",
        "",
        node,
        Session.Behavior.DELETE,
        0,
        "",
        false,
        0,
        checks,
        List.of(),
        List.of(),
        "",
        0);
  }

  private static Optional<String> problem(TestServer server, String... checks) {
    return new RegisteredChecks(server.registry, TestPatience.PATIENCE)
        .problem("default", session("n1", List.of(checks)), true)
        .toCompletableFuture()
        .join()
        .map(Refusal::getMessage);
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
      submit(server, new AgentOp.RegisterCheck(new Member("n2", "10.0.0.2", 1, "", Map.of()), mem));
      assertThat(problem(server, "mem")).contains("Check 'mem' is in critical state");
      submit(server, new AgentOp.UpdateCheck("mem", Status.WARNING, "", "n1"));
      assertThat(problem(server, "mem")).isEmpty();
    }
  }

  @Test
  void a_check_that_the_catalog_was_given_counts_on_the_node_of_the_session_only() {
    try (TestServer server = new TestServer()) {
      for (String node : new String[] {"n1", "n2"}) {
        Node machine = new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, Stamp.NONE);
        Check check =
            Check.registered(
                new Key(node, "disk-" + node),
                new CheckRegistration("disk", "", "", "", CheckDefinition.NONE, false),
                Status.PASSING,
                "");
        submit(server, new NodeOp.Register(machine, false, null, List.of(check), 0));
      }
      assertThat(problem(server, "disk-n1")).isEmpty();
      assertThat(problem(server, "disk-n2")).contains("Missing check 'disk-n2' registration");
    }
  }

  private static Optional<String> onMachine(TestServer server, String... checks) {
    return new RegisteredChecks(server.registry, TestPatience.PATIENCE)
        .problem("default", session("db1", List.of(checks)), false)
        .toCompletableFuture()
        .join()
        .map(Refusal::getMessage);
  }

  @Test
  void a_session_of_another_machine_needs_that_machine_and_its_checks() {
    try (TestServer server = new TestServer()) {
      assertThat(onMachine(server)).contains("Missing node registration: there is no node 'db1'.");
      Check disk =
          Check.registered(
              new Key("db1", "disk"),
              new CheckRegistration("disk", "", "", "", CheckDefinition.NONE, false),
              Status.PASSING,
              "");
      Node db1 = new Node("db1", "", "10.1.0.1", Map.of(), Map.of(), false, Stamp.NONE);
      submit(server, new NodeOp.Register(db1, false, null, List.of(disk), 0));
      assertThat(onMachine(server)).isEmpty();
      assertThat(onMachine(server, "disk")).isEmpty();
      assertThat(onMachine(server, "serfHealth"))
          .contains("Missing check 'serfHealth' registration");
    }
  }
}
