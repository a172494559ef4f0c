package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.external;
import static io.flotilla.registry.CatalogFixture.externalCheck;
import static io.flotilla.registry.CatalogFixture.externalService;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes, services and checks maintained externally. */
class NodeRegistrationTest {
  private final CatalogFixture catalog = new CatalogFixture();

  private static NodeOp.Deregister deregister(String node, String service, String check) {
    return new NodeOp.Deregister(node, service, check);
  }

  @Test
  void a_node_is_registered_with_its_service_and_checks_and_goes_as_a_whole() {
    catalog.write(
        external(
            "h",
            externalService("h", "db"),
            externalCheck("h", "alive", "", Status.PASSING),
            externalCheck("h", "db-ok", "db", Status.PASSING)));
    assertThat(catalog.passing("db").get(0).checks())
        .extracting(CheckEntry::id)
        .containsExactly("db-ok", "alive");
    assertThat(catalog.changesNothing(deregister("h", "nobody", null))).isTrue();
    catalog.write(deregister("h", null, null));
    assertThat(catalog.find("db")).isEmpty();
    assertThat(catalog.state.registrations().checks()).isEmpty();
    assertThat(catalog.state.registrations().nodes()).isEmpty();
    assertThat(catalog.state.registrations().bytes()).isZero();
  }

  @Test
  void a_service_or_a_check_may_go_alone() {
    catalog.write(
        external(
            "h",
            externalService("h", "db"),
            externalCheck("h", "alive", "", Status.CRITICAL),
            externalCheck("h", "db-ok", "db", Status.PASSING)));
    catalog.write(deregister("h", null, "alive"));
    assertThat(catalog.passing("db")).hasSize(1);
    catalog.write(deregister("h", "db", null));
    assertThat(catalog.find("db")).isEmpty();
    assertThat(catalog.state.registrations().checks()).isEmpty();
    assertThat(catalog.state.registrations().nodes()).containsOnlyKeys("h");
  }

  @Test
  void registered_again_as_it_was_nothing_changes() {
    NodeOp.Register op =
        external("h", externalService("h", "db"), externalCheck("h", "bad", "db", Status.CRITICAL));
    catalog.write(op);
    catalog.now = 90_000;
    assertThat(catalog.changesNothing(op)).isTrue();
  }

  @Test
  void a_check_of_a_service_that_is_not_there_is_refused_as_a_whole() {
    assertThat(
            catalog.code(
                external(
                    "h",
                    externalService("h", "db"),
                    externalCheck("h", "x", "other", Status.PASSING))))
        .isEqualTo("missing-service");
    assertThat(catalog.state.registrations().nodes()).isEmpty();
  }

  @Test
  void a_node_is_left_as_it_is_when_asked_for() {
    catalog.write(external("h", null));
    catalog.write(
        new NodeOp.Register(
            new Node("h", "", "10.9.9.9", Map.of(), Map.of(), false, Stamp.NONE),
            true,
            externalService("h", "db"),
            List.of(),
            0));
    assertThat(catalog.find("db").get(0).node().address()).isEqualTo("10.1.0.1");
  }

  @Test
  void a_flotilla_node_is_as_it_introduced_itself_last() {
    catalog.write(new MemberOp.Put(N1));
    Node before = catalog.state.registrations().nodes().get("n1");
    assertThat(before.id()).isEqualTo(Node.idOf("n1"));
    String id = "6f3c1c7e-1a3d-4c1b-9a51-7f5f0a2b9d10";
    catalog.write(
        new MemberOp.Put(new Member("n1", N1.address(), N1.port(), id, Map.of("rack", "r7"))));
    Node after = catalog.state.registrations().nodes().get("n1");
    assertThat(after.id()).isEqualTo(id);
    assertThat(after.meta()).isEqualTo(Map.of("rack", "r7", "consul-network-segment", ""));
    assertThat(after.stamp().createIndex()).isEqualTo(before.stamp().createIndex());
    catalog.write(new MemberOp.Put(N1));
    assertThat(catalog.state.registrations().nodes().get("n1").isSameAs(before)).isTrue();
  }

  @Test
  void a_flotilla_node_takes_services_but_is_neither_changed_nor_deregistered() {
    catalog.write(new MemberOp.Put(N1));
    catalog.write(external("n1", externalService("n1", "db")));
    assertThat(catalog.passing("db").get(0).node().address()).isEqualTo("10.0.0.1");
    assertThat(catalog.code(deregister("n1", null, null))).isEqualTo("member-node");
    assertThat(
            catalog.code(
                external("n1", null, externalCheck("n1", "serfHealth", "", Status.CRITICAL))))
        .isEqualTo("reserved-id");
  }
}
