package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.N2;
import static io.flotilla.registry.CatalogFixture.check;
import static io.flotilla.registry.CatalogFixture.checked;
import static io.flotilla.registry.CatalogFixture.external;
import static io.flotilla.registry.CatalogFixture.externalCheck;
import static io.flotilla.registry.CatalogFixture.externalService;
import static io.flotilla.registry.CatalogFixture.of;
import static io.flotilla.registry.CatalogFixture.register;
import static io.flotilla.registry.CatalogFixture.service;
import static io.flotilla.registry.CatalogFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AliasesTest {
  private final CatalogFixture catalog = new CatalogFixture();

  private void alias(String id, String node, String target) {
    catalog.write(
        register(
            N1,
            service(N1, id, "sidecar"),
            check(N1, "alias-" + id, id, of(new CheckKind.Alias(node, target)))));
  }

  private Status status(String check) {
    return catalog.checkOf(check).status();
  }

  @Test
  void an_alias_stands_as_the_service_it_stands_for_in_the_same_event() {
    catalog.write(checked(N1, "web", "web"));
    alias("proxy", "", "web");
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
    assertThat(catalog.checkOf("alias-proxy").output())
        .isEqualTo("Aliased check \"a check\" failing.");
    catalog.write(update("service:web", Status.PASSING));
    assertThat(catalog.event.changes()).hasSize(2);
    assertThat(catalog.passing("sidecar")).hasSize(1);
    catalog.write(update("service:web", Status.WARNING));
    assertThat(status("alias-proxy")).isEqualTo(Status.WARNING);
  }

  @Test
  void it_is_critical_while_there_is_no_such_service() {
    alias("proxy", "", "web");
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
    assertThat(catalog.checkOf("alias-proxy").output())
        .isEqualTo("Service web could not be found on node n1");
    catalog.write(register(N1, service(N1, "web", "web")));
    assertThat(status("alias-proxy")).isEqualTo(Status.PASSING);
    catalog.write(new AgentOp.DeregisterService("web", "n1"));
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void maintenance_of_the_node_counts_and_so_does_a_service_of_another_machine() {
    catalog.write(checked(N1, "web", "web"));
    catalog.write(update("service:web", Status.PASSING));
    alias("proxy", "", "web");
    catalog.write(new AgentOp.NodeMaintenance(N1, true, ""));
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
    catalog.write(new AgentOp.NodeMaintenance(N1, false, ""));
    assertThat(status("alias-proxy")).isEqualTo(Status.PASSING);
    catalog.write(external("db1", externalService("db1", "db")));
    alias("far", "db1", "db");
    assertThat(status("alias-far")).isEqualTo(Status.PASSING);
    Check disk = externalCheck("db1", "disk", "", Status.CRITICAL);
    catalog.write(external("db1", externalService("db1", "db"), disk));
    assertThat(status("alias-far")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void it_may_stand_for_a_node() {
    alias("proxy", "db1", "");
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
    catalog.write(external("db1", null, externalCheck("db1", "disk", "", Status.WARNING)));
    assertThat(status("alias-proxy")).isEqualTo(Status.WARNING);
    catalog.write(new NodeOp.Deregister("db1", null, null));
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void it_follows_a_service_that_moves_to_another_node() {
    catalog.write(checked(N1, "web", "web"));
    catalog.write(update("service:web", Status.PASSING));
    alias("proxy", "", "web");
    catalog.write(checked(N2, "web", "web"));
    assertThat(status("alias-proxy")).isEqualTo(Status.PASSING);
    catalog.write(update("service:web", Status.CRITICAL));
    assertThat(status("alias-proxy")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void a_ring_of_aliases_ends() {
    alias("a", "", "b");
    alias("b", "", "a");
    assertThat(status("alias-a")).isEqualTo(Status.PASSING);
    catalog.write(new AgentOp.RegisterCheck(N1, check(N1, "c", "b", CatalogFixture.ttl(1_000))));
    assertThat(status("alias-a")).isEqualTo(Status.CRITICAL);
    assertThat(status("alias-b")).isEqualTo(Status.CRITICAL);
    alias("self", "", "self");
    assertThat(status("alias-self")).isEqualTo(Status.PASSING);
  }

  @Test
  void what_it_said_itself_does_not_count_when_it_is_registered() {
    catalog.write(checked(N1, "web", "web"));
    alias("proxy", "", "web");
    catalog.write(update("service:web", Status.PASSING));
    alias("proxy", "", "web");
    assertThat(catalog.event.changes()).isEmpty();
    assertThat(status("alias-proxy")).isEqualTo(Status.PASSING);
  }

  @Test
  void sessions_do_not_end_because_a_service_moves() {
    catalog.write(checked(N1, "web", "web"));
    catalog.write(update("service:web", Status.PASSING));
    alias("proxy", "", "web");
    catalog.write(checked(N2, "web", "web"));
    assertThat(Catalog.failed(catalog.event.changes()))
        .doesNotContain(new Key("n1", "alias-proxy"));
  }

  @Test
  void a_machine_that_is_gone_is_told_of_unless_it_was_a_flotilla_node() {
    catalog.members();
    catalog.write(external("db1", null));
    catalog.write(new NodeOp.Deregister("db1", null, null));
    assertThat(Catalog.failed(catalog.event.changes())).containsExactly(new Key("db1", ""));
    catalog.write(new MemberOp.Remove("n2"));
    assertThat(Catalog.failed(catalog.event.changes())).isEmpty();
  }
}
