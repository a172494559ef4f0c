package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.N2;
import static io.flotilla.registry.CatalogFixture.N3;
import static io.flotilla.registry.CatalogFixture.check;
import static io.flotilla.registry.CatalogFixture.checked;
import static io.flotilla.registry.CatalogFixture.external;
import static io.flotilla.registry.CatalogFixture.externalCheck;
import static io.flotilla.registry.CatalogFixture.externalService;
import static io.flotilla.registry.CatalogFixture.http;
import static io.flotilla.registry.CatalogFixture.register;
import static io.flotilla.registry.CatalogFixture.service;
import static io.flotilla.registry.CatalogFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registration outlives the Flotilla node that accepted it. */
class HomeTest {
  private final CatalogFixture catalog = new CatalogFixture();

  @BeforeEach
  void threeNodes() {
    catalog.members();
    catalog.write(checked(N2, "web-1", "web"));
    catalog.write(update("service:web-1", Status.PASSING));
  }

  private ServiceEntry web() {
    return catalog.find("web").get(0);
  }

  private List<Service> servicesOf(String node) {
    return new CatalogRead.NodeServices(node).on(catalog.state).items();
  }

  private List<CheckEntry> checksOf(String node) {
    return new CatalogRead.NodeChecks(node).on(catalog.state).items();
  }

  @Test
  void when_its_node_dies_a_service_is_shown_on_the_first_that_lives_and_passes() {
    long before = catalog.index("web");
    catalog.serf("n2", Status.CRITICAL);
    assertThat(catalog.passing("web")).hasSize(1);
    assertThat(web().node().name()).isEqualTo("n1");
    assertThat(web().checks()).extracting(CheckEntry::node).containsOnly("n1");
    assertThat(catalog.index("web")).isGreaterThan(before);
    assertThat(servicesOf("n1")).extracting(Service::id).contains("web-1");
    assertThat(servicesOf("n2")).extracting(Service::id).containsExactly("consul");
    assertThat(checksOf("n1"))
        .extracting(CheckEntry::id)
        .containsExactly("serfHealth", "service:web-1");
  }

  @Test
  void its_own_services_die_with_a_node() {
    catalog.serf("n2", Status.CRITICAL);
    assertThat(catalog.passing("consul"))
        .extracting(e -> e.node().name())
        .containsExactly("n1", "n3");
    assertThat(catalog.find("consul")).hasSize(3);
  }

  @Test
  void its_checks_are_still_updated_and_it_can_be_deregistered() {
    catalog.serf("n2", Status.CRITICAL);
    catalog.write(update("service:web-1", Status.WARNING));
    assertThat(web().status()).isEqualTo(Status.WARNING);
    catalog.write(new AgentOp.DeregisterService("web-1", "n1"));
    assertThat(catalog.find("web")).isEmpty();
  }

  @Test
  void when_its_node_is_back_a_service_is_shown_there_again() {
    catalog.serf("n2", Status.CRITICAL);
    catalog.serf("n1", Status.CRITICAL);
    assertThat(web().node().name()).isEqualTo("n3");
    long before = catalog.index("web");
    catalog.serf("n1", Status.PASSING);
    assertThat(web().node().name()).isEqualTo("n1");
    assertThat(catalog.index("web")).isGreaterThan(before);
    catalog.serf("n2", Status.PASSING);
    assertThat(web().node().name()).isEqualTo("n2");
  }

  @Test
  void with_no_node_alive_it_is_where_it_was_and_critical() {
    List.of("n1", "n2", "n3").forEach(n -> catalog.serf(n, Status.CRITICAL));
    assertThat(web().node().name()).isEqualTo("n2");
    assertThat(catalog.passing("web")).isEmpty();
  }

  @Test
  void a_registration_survives_that_its_node_leaves_for_good() {
    catalog.write(new AgentOp.NodeMaintenance(N2, true, ""));
    catalog.write(new MemberOp.Remove("n2"));
    assertThat(catalog.passing("web")).hasSize(1);
    assertThat(web().node().name()).isEqualTo("n1");
    assertThat(catalog.find("consul")).hasSize(2);
    assertThat(new CatalogRead.Nodes(Map.of()).on(catalog.state).items())
        .extracting(Node::name)
        .containsExactly("n1", "n3");
  }

  @Test
  void the_checks_of_the_node_it_came_through_go_with_it_and_those_of_its_new_home_do_not_count() {
    catalog.write(new AgentOp.RegisterCheck(N1, check(N1, "disk-1", "", http("http://x/"))));
    catalog.serf("n2", Status.CRITICAL);
    assertThat(web().node().name()).isEqualTo("n1");
    assertThat(catalog.passing("web")).hasSize(1);
    catalog.write(new AgentOp.RegisterCheck(N2, check(N2, "disk-2", "", http("http://x/"))));
    assertThat(catalog.passing("web")).isEmpty();
  }

  @Test
  void watchers_of_other_services_are_not_woken() {
    catalog.write(register(N3, service(N3, "other", "other")));
    long before = catalog.index("other");
    catalog.serf("n2", Status.CRITICAL);
    catalog.serf("n2", Status.PASSING);
    assertThat(catalog.index("other")).isEqualTo(before);
  }

  @Test
  void what_somebody_else_looks_after_stays_on_its_node() {
    catalog.write(
        external(
            "db-host",
            externalService("db-host", "db"),
            externalCheck("db-host", "serfHealth", "", Status.CRITICAL)));
    assertThat(catalog.find("db").get(0).node().name()).isEqualTo("db-host");
    assertThat(catalog.passing("db")).isEmpty();
  }

  @Test
  void a_node_that_takes_a_registration_introduces_itself() {
    CatalogFixture fresh = new CatalogFixture();
    fresh.write(checked(N3, "a", "a"));
    assertThat(fresh.find("consul")).extracting(e -> e.node().name()).containsExactly("n3");
  }

  /** Earlier versions registered each node twice. */
  @Test
  void the_former_service_of_a_node_goes_but_not_what_somebody_else_calls_so() {
    Service consul = catalog.find("consul").get(0).service();
    ServiceRegistration r = consul.registration();
    Service former =
        Service.registered(
            new Key("n1", "flotilla"),
            new ServiceRegistration(
                "flotilla",
                r.tags(),
                r.address(),
                r.port(),
                r.taggedAddresses(),
                r.meta(),
                r.weights(),
                false,
                false,
                false),
            "");
    catalog.write(new NodeOp.Register(consulNode(), true, former, List.of(), 0));
    catalog.write(external("db-host", externalService("db-host", "flotilla")));
    assertThat(catalog.find("flotilla")).hasSize(2);
    catalog.write(new MemberOp.Put(N1));
    assertThat(catalog.find("flotilla"))
        .extracting(e -> e.node().name())
        .containsExactly("db-host");
  }

  private Node consulNode() {
    return catalog.find("consul").get(0).node();
  }

  @Test
  void a_member_that_is_put_again_changes_nothing() {
    assertThat(catalog.changesNothing(new MemberOp.Put(N1))).isTrue();
    assertThat(catalog.code(new MemberOp.SerfHealth("nobody", Status.PASSING)))
        .isEqualTo("unknown-node");
  }
}
