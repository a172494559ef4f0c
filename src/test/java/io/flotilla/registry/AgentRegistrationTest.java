package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.N2;
import static io.flotilla.registry.CatalogFixture.N3;
import static io.flotilla.registry.CatalogFixture.check;
import static io.flotilla.registry.CatalogFixture.checked;
import static io.flotilla.registry.CatalogFixture.http;
import static io.flotilla.registry.CatalogFixture.register;
import static io.flotilla.registry.CatalogFixture.service;
import static io.flotilla.registry.CatalogFixture.ttl;
import static io.flotilla.registry.CatalogFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Services and checks that are registered through a Flotilla node. */
class AgentRegistrationTest {
  private final CatalogFixture catalog = new CatalogFixture();

  private static List<String> checkIds(ServiceEntry entry) {
    return entry.checks().stream().map(CheckEntry::id).toList();
  }

  @Test
  void a_service_is_found_with_its_node_and_the_check_of_the_node() {
    catalog.write(register(N1, service(N1, "web-1", "web", "blue")));
    ServiceEntry found = catalog.passing("web").get(0);
    assertThat(found.node().address()).isEqualTo("10.0.0.1");
    assertThat(found.service().registration().tags()).containsExactly("blue");
    assertThat(checkIds(found)).containsExactly("serfHealth");
    assertThat(catalog.names()).containsExactly("consul", "web");
  }

  @Test
  void a_check_is_critical_until_it_is_told_otherwise() {
    catalog.write(checked(N1, "web-1", "web"));
    assertThat(catalog.passing("web")).isEmpty();
    catalog.write(update("service:web-1", Status.PASSING));
    ServiceEntry found = catalog.passing("web").get(0);
    assertThat(checkIds(found)).containsExactly("service:web-1", "serfHealth");
    assertThat(found.checks().get(0).serviceName()).isEqualTo("web");
    catalog.write(update("service:web-1", Status.WARNING));
    assertThat(catalog.passing("web")).isEmpty();
    assertThat(catalog.find("web").get(0).status()).isEqualTo(Status.WARNING);
  }

  @Test
  void registered_again_as_it_was_nothing_changes_and_the_check_stands_as_it_did() {
    catalog.write(checked(N1, "web-1", "web"));
    catalog.write(update("service:web-1", Status.PASSING));
    catalog.alive.clear();
    assertThat(catalog.changesNothing(checked(N1, "web-1", "web"))).isTrue();
    assertThat(catalog.passing("web")).hasSize(1);
    assertThat(catalog.alive).containsExactly("service:web-1");
  }

  @Test
  void registered_again_otherwise_it_is_replaced_and_keeps_its_create_index() {
    catalog.write(checked(N1, "web-1", "web"));
    long created = catalog.find("web").get(0).service().stamp().createIndex();
    catalog.write(update("service:web-1", Status.PASSING));
    catalog.write(
        register(
            N1,
            service(N1, "web-1", "web", "green"),
            check(N1, "service:web-1", "web-1", ttl(20_000))));
    ServiceEntry found = catalog.passing("web").get(0);
    assertThat(found.service().registration().tags()).containsExactly("green");
    assertThat(found.service().stamp().createIndex()).isEqualTo(created);
    assertThat(found.service().stamp().modifyIndex()).isGreaterThan(created);
    assertThat(found.checks().get(0).check().definition().ttlMillis()).isEqualTo(20_000);
  }

  @Test
  void checks_that_are_not_named_again_stay_unless_they_are_to_be_replaced() {
    Service web = service(N1, "web-1", "web");
    Check a = check(N1, "a", "web-1", ttl(10_000));
    Check b = check(N1, "b", "web-1", ttl(10_000));
    catalog.write(register(N1, web, a, b));
    catalog.write(new AgentOp.ServiceMaintenance("web-1", true, "", "n1"));
    catalog.write(register(N1, web, a));
    assertThat(checkIds(catalog.find("web").get(0))).contains("a", "b");
    catalog.write(new AgentOp.RegisterService(N1, web, List.of(a), true, 0));
    assertThat(checkIds(catalog.find("web").get(0)))
        .containsExactly("_service_maintenance:web-1", "a", "serfHealth");
  }

  @Test
  void a_service_that_gets_another_name_is_found_under_that_only() {
    catalog.write(register(N1, service(N1, "x", "old")));
    long before = catalog.index("old");
    catalog.write(register(N1, service(N1, "x", "new")));
    assertThat(catalog.find("old")).isEmpty();
    assertThat(catalog.index("old")).isGreaterThan(before);
    assertThat(catalog.find("new")).hasSize(1);
  }

  @Test
  void registered_through_another_node_it_moves_there_with_its_checks() {
    catalog.members();
    catalog.write(checked(N1, "web-1", "web"));
    catalog.write(update("service:web-1", Status.PASSING));
    long created = catalog.find("web").get(0).service().stamp().createIndex();
    catalog.write(register(N2, service(N2, "web-1", "web")));
    ServiceEntry found = catalog.passing("web").get(0);
    assertThat(catalog.find("web")).hasSize(1);
    assertThat(found.node().name()).isEqualTo("n2");
    assertThat(found.checks()).extracting(CheckEntry::node).containsOnly("n2");
    assertThat(found.service().stamp().createIndex()).isEqualTo(created);
    assertThat(Catalog.failed(catalog.event.changes())).isEmpty();
  }

  @Test
  void a_service_goes_with_its_checks_and_a_second_time_it_is_unknown() {
    catalog.write(checked(N1, "web-1", "web"));
    catalog.write(new AgentOp.DeregisterService("web-1", "n1"));
    assertThat(catalog.find("web")).isEmpty();
    assertThat(catalog.checkOf("service:web-1")).isNull();
    assertThat(Catalog.failed(catalog.event.changes()))
        .containsExactly(new Key("n1", "service:web-1"));
    assertThat(catalog.code(new AgentOp.DeregisterService("web-1", "n1")))
        .isEqualTo("unknown-service");
  }

  @Test
  void a_check_of_the_node_counts_for_every_service_registered_through_it() {
    catalog.write(register(N1, service(N1, "a", "a")));
    catalog.write(register(N2, service(N2, "b", "b")));
    catalog.write(new AgentOp.RegisterCheck(N1, check(N1, "disk", "", http("http://x/"))));
    assertThat(catalog.passing("a")).isEmpty();
    assertThat(catalog.passing("b")).hasSize(1);
    assertThat(catalog.passing("consul")).extracting(e -> e.node().name()).containsExactly("n2");
    catalog.write(new AgentOp.DeregisterCheck("disk", "n1"));
    assertThat(catalog.passing("a")).hasSize(1);
  }

  @Test
  void a_check_may_be_added_to_a_service_through_any_node() {
    catalog.members();
    catalog.write(register(N1, service(N1, "web-1", "web")));
    catalog.write(new AgentOp.RegisterCheck(N2, check(N2, "mem", "web-1", ttl(10_000))));
    assertThat(checkIds(catalog.find("web").get(0))).containsExactly("mem", "serfHealth");
    assertThat(catalog.code(new AgentOp.RegisterCheck(N2, check(N2, "x", "nobody", ttl(10_000)))))
        .isEqualTo("missing-service");
  }

  @Test
  void a_check_that_is_given_to_another_service_starts_anew() {
    catalog.write(checked(N1, "a", "a"));
    catalog.write(register(N1, service(N1, "b", "b")));
    catalog.write(update("service:a", Status.PASSING));
    catalog.write(new AgentOp.RegisterCheck(N1, check(N1, "service:a", "b", ttl(10_000))));
    assertThat(catalog.passing("a")).hasSize(1);
    assertThat(checkIds(catalog.find("a").get(0))).containsExactly("serfHealth");
    assertThat(catalog.passing("b")).isEmpty();
  }

  @Test
  void a_heartbeat_that_changes_nothing_is_not_stored_but_heard() {
    catalog.write(checked(N1, "web-1", "web"));
    catalog.write(update("service:web-1", Status.PASSING));
    catalog.alive.clear();
    assertThat(catalog.changesNothing(update("service:web-1", Status.PASSING))).isTrue();
    assertThat(catalog.alive).containsExactly("service:web-1");
    assertThat(
            catalog.changesNothing(
                new AgentOp.UpdateCheck("service:web-1", Status.PASSING, "hot", "n1")))
        .isFalse();
  }

  @Test
  void only_ttl_checks_can_be_updated() {
    catalog.write(
        register(N1, service(N1, "w", "w"), check(N1, "service:w", "w", http("http://x/"))));
    assertThat(catalog.code(update("service:w", Status.PASSING))).isEqualTo("not-a-ttl-check");
    assertThat(catalog.code(update("nobody", Status.PASSING))).isEqualTo("unknown-check");
    assertThat(catalog.code(update("serfHealth", Status.PASSING))).isEqualTo("unknown-check");
  }

  @Test
  void what_is_flotillas_own_can_not_be_registered() {
    assertThat(catalog.code(register(N1, service(N1, "consul", "x")))).isEqualTo("reserved-id");
    for (String id : Set.of("serfHealth", "_node_maintenance", "_service_maintenance:x")) {
      assertThat(catalog.code(new AgentOp.RegisterCheck(N1, check(N1, id, "", ttl(1_000)))))
          .isEqualTo("reserved-id");
    }
  }

  @Test
  void maintenance_of_a_service_makes_it_critical_until_it_ends() {
    catalog.write(register(N1, service(N1, "a", "web")));
    catalog.write(register(N1, service(N1, "b", "web")));
    catalog.write(new AgentOp.ServiceMaintenance("a", true, "upgrade", "n1"));
    assertThat(catalog.passing("web")).extracting(e -> e.service().id()).containsExactly("b");
    assertThat(catalog.checkOf("_service_maintenance:a").registration().notes())
        .isEqualTo("upgrade");
    catalog.write(new AgentOp.ServiceMaintenance("a", false, "", "n1"));
    assertThat(catalog.passing("web")).hasSize(2);
    assertThat(catalog.code(new AgentOp.ServiceMaintenance("x", true, "", "n1")))
        .isEqualTo("unknown-service");
  }

  @Test
  void maintenance_of_a_node_is_of_that_node_alone() {
    catalog.members();
    catalog.write(register(N1, service(N1, "a", "web")));
    catalog.write(register(N2, service(N2, "b", "web")));
    catalog.write(new AgentOp.NodeMaintenance(N1, true, ""));
    catalog.write(new AgentOp.NodeMaintenance(N2, true, ""));
    assertThat(catalog.passing("web")).isEmpty();
    catalog.write(new AgentOp.NodeMaintenance(N2, false, ""));
    assertThat(catalog.passing("web")).extracting(e -> e.service().id()).containsExactly("b");
    assertThat(catalog.changesNothing(new AgentOp.NodeMaintenance(N2, false, ""))).isTrue();
  }

  @Test
  void a_ttl_that_is_over_makes_the_check_critical_and_says_what_was_last_heard() {
    catalog.write(checked(N1, "web-1", "web"));
    catalog.write(new AgentOp.UpdateCheck("service:web-1", Status.PASSING, "fine", "n1"));
    catalog.now = 50_000;
    Key key = new Key("n1", "service:web-1");
    catalog.decide(d -> d.expire(List.of(key, new Key("n1", "nobody"))));
    Check check = catalog.checkOf("service:web-1");
    assertThat(check.status()).isEqualTo(Status.CRITICAL);
    assertThat(check.output()).isEqualTo("TTL expired (last output before timeout follows): fine");
    assertThat(check.standing().criticalSinceMillis()).isEqualTo(50_000);
    assertThat(Catalog.failed(catalog.event.changes())).containsExactly(key);
    catalog.decide(d -> d.expire(List.of(key)));
    assertThat(catalog.event.changes()).isEmpty();
  }

  @Test
  void a_service_that_was_critical_for_too_long_is_deregistered() {
    catalog.write(checked(N1, "web-1", "web"));
    Key key = new Key("n1", "service:web-1");
    assertThat(catalog.checkOf("service:web-1").standing().criticalSinceMillis()).isEqualTo(1_000);
    catalog.decide(d -> d.reap(List.of(key)));
    assertThat(catalog.find("web")).isEmpty();
  }

  @Test
  void since_when_a_check_is_critical_does_not_move_while_it_is() {
    catalog.write(checked(N1, "web-1", "web"));
    catalog.now = 9_000;
    catalog.write(new AgentOp.UpdateCheck("service:web-1", Status.CRITICAL, "worse", "n1"));
    assertThat(catalog.checkOf("service:web-1").standing().criticalSinceMillis()).isEqualTo(1_000);
    catalog.write(update("service:web-1", Status.PASSING));
    assertThat(catalog.checkOf("service:web-1").standing().criticalSinceMillis()).isZero();
  }

  @Test
  void what_a_check_showed_is_refused_when_it_was_registered_otherwise_meanwhile() {
    AgentOp.RegisterService op =
        register(N1, service(N1, "w", "w"), check(N1, "service:w", "w", http("http://x/")));
    catalog.write(op);
    Key key = new Key("n1", "service:w");
    long index = catalog.checkOf("service:w").definitionIndex();
    catalog.write(new MemberOp.ReportCheck(key, index, Status.PASSING, "200"));
    assertThat(catalog.passing("w")).hasSize(1);
    assertThat(catalog.checkOf("service:w").definitionIndex()).isEqualTo(index);
    catalog.write(op);
    catalog.write(new MemberOp.ReportCheck(key, index, Status.PASSING, "200 again"));
    catalog.write(
        register(N1, service(N1, "w", "w"), check(N1, "service:w", "w", http("http://y/"))));
    assertThat(catalog.code(new MemberOp.ReportCheck(key, index, Status.CRITICAL, "late")))
        .isEqualTo("definition-changed");
    assertThat(
            catalog.code(new MemberOp.ReportCheck(new Key("n1", "gone"), 1, Status.CRITICAL, "")))
        .isEqualTo("unknown-check");
  }

  @Test
  void a_request_id_is_done_once_whichever_node_it_is_sent_to() {
    Service one = service(N1, "w", "w");
    Service two = service(N2, "w", "w");
    Result first =
        catalog.write(Ops.once(new AgentOp.RegisterService(N1, one, List.of(), false, 0), "r"));
    catalog.write(new AgentOp.DeregisterService("w", "n1"));
    assertThat(
            catalog.write(Ops.once(new AgentOp.RegisterService(N2, two, List.of(), false, 0), "r")))
        .isEqualTo(first);
    assertThat(catalog.find("w")).isEmpty();
    assertThat(catalog.code(Ops.once(new AgentOp.DeregisterService("w", "n1"), "r")))
        .isEqualTo("request-id-reused");
  }

  @Test
  void instances_are_chosen_by_all_of_the_tags_and_the_meta_of_the_node() {
    catalog.write(register(N1, service(N1, "a", "web", "blue", "v2")));
    catalog.write(register(N1, service(N1, "b", "web", "blue")));
    assertThat(entries("web", List.of("blue", "v2"), Map.of())).hasSize(1);
    assertThat(entries("web", List.of("blue"), Map.of())).hasSize(2);
    assertThat(entries("web", List.of(), Map.of("rack", "1"))).isEmpty();
  }

  private List<?> entries(String name, List<String> tags, Map<String, String> meta) {
    return new CatalogRead.Instances(name, false, tags, meta).on(catalog.state).items();
  }

  private Service host(Member node, String address) {
    return CatalogFixture.service(node.name(), "web-80", "web", address, true);
  }

  private List<String> addresses() {
    return catalog.find("web").stream().map(e -> e.service().registration().address()).toList();
  }

  private void threeHostsWithTheSameId() {
    catalog.members();
    for (Member node : List.of(N1, N2, N3)) {
      Service web = host(node, node.address());
      catalog.write(register(node, web, check(node, "service:web-80", "web-80", ttl(10_000))));
    }
  }

  /** Spring's default id is name and port, which is the same on every host. */
  @Test
  void hosts_that_use_different_nodes_may_use_the_same_id() {
    threeHostsWithTheSameId();
    assertThat(addresses()).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    catalog.write(new AgentOp.UpdateCheck("service:web-80", Status.PASSING, "", "n2"));
    assertThat(catalog.passing("web")).extracting(e -> e.node().name()).containsExactly("n2");
    catalog.write(new AgentOp.DeregisterService("web-80", "n1"));
    assertThat(addresses()).containsExactly("10.0.0.2", "10.0.0.3");
  }

  /** One that was removed must learn of it, and must not keep another alive, or remove it. */
  @Test
  void who_is_not_registered_any_more_is_not_taken_for_another_host() {
    threeHostsWithTheSameId();
    catalog.write(new AgentOp.DeregisterService("web-80", "n3"));
    catalog.write(new AgentOp.DeregisterService("web-80", "n1"));
    assertThat(catalog.code(new AgentOp.DeregisterService("web-80", "n1")))
        .isEqualTo("unknown-service");
    assertThat(catalog.code(new AgentOp.UpdateCheck("service:web-80", Status.PASSING, "", "n1")))
        .isEqualTo("unknown-check");
    assertThat(addresses()).containsExactly("10.0.0.2");
  }

  @Test
  void when_its_node_is_gone_a_host_is_served_by_another() {
    threeHostsWithTheSameId();
    catalog.write(new AgentOp.DeregisterService("web-80", "n1"));
    catalog.serf("n3", Status.CRITICAL);
    catalog.write(new AgentOp.UpdateCheck("service:web-80", Status.PASSING, "", "n1"));
    assertThat(catalog.passing("web"))
        .extracting(e -> e.service().registration().address())
        .containsExactly("10.0.0.3");
    catalog.write(register(N1, host(N1, "10.0.0.3")));
    assertThat(addresses()).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3");
    assertThat(catalog.passing("web").get(0).service().node()).isEqualTo("n1");
  }

  @Test
  void the_same_address_is_the_same_host_and_moves() {
    threeHostsWithTheSameId();
    catalog.write(new AgentOp.DeregisterService("web-80", "n3"));
    catalog.write(register(N3, host(N3, "10.0.0.2")));
    assertThat(addresses()).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
  }

  /** It is that of the node, so on another node it is another. */
  @Test
  void no_address_is_the_same_host_only_if_its_node_is_gone() {
    catalog.members();
    catalog.write(register(N1, host(N1, "")));
    catalog.write(register(N2, host(N2, "")));
    assertThat(catalog.find("web")).hasSize(2);
    catalog.serf("n2", Status.CRITICAL);
    catalog.write(register(N3, host(N3, "")));
    assertThat(catalog.find("web")).extracting(e -> e.service().node()).containsExactly("n1", "n3");
  }

  @Test
  void each_node_lists_its_own_of_those_with_the_same_id() {
    threeHostsWithTheSameId();
    catalog.write(new AgentOp.DeregisterService("web-80", "n1"));
    assertThat(listed("n1")).isEmpty();
    assertThat(listed("n2")).containsExactly("n2");
    assertThat(listed("n3")).containsExactly("n3");
    assertThat(new CatalogRead.AgentChecks("n3").on(catalog.state).items())
        .extracting(CheckEntry::node)
        .containsExactly("n3");
  }

  private List<String> listed(String at) {
    return new CatalogRead.AgentServices(null, at)
        .on(catalog.state).items().stream().map(e -> e.service().node()).toList();
  }

  /** In one batch with news of another host, whose check has the same id. */
  @Test
  void a_check_that_is_gone_has_failed_whatever_another_hosts_check_says() {
    threeHostsWithTheSameId();
    List<CatalogChange> changes = new ArrayList<>();
    catalog.write(new AgentOp.DeregisterService("web-80", "n1"));
    changes.addAll(catalog.event.changes());
    catalog.write(new AgentOp.UpdateCheck("service:web-80", Status.PASSING, "", "n2"));
    changes.addAll(catalog.event.changes());
    assertThat(Catalog.failed(changes)).containsExactly(new Key("n1", "service:web-80"));
  }

  @Test
  void the_case_of_names_and_tags_does_not_count_and_is_shown_as_given() {
    catalog.write(register(N1, service(N1, "a", "BillingApi", "Blue")));
    catalog.write(register(N1, service(N1, "b", "billingapi", "green")));
    assertThat(catalog.find("BILLINGAPI")).hasSize(2);
    assertThat(catalog.names()).contains("BillingApi", "billingapi");
    List<String> blue = List.of("blue");
    assertThat(
            new CatalogRead.Instances("billingApi", false, blue, Map.of())
                .on(catalog.state).items().stream().map(e -> e.service().id()).toList())
        .containsExactly("a");
    long before = catalog.index("billingapi");
    catalog.write(new AgentOp.DeregisterService("a", "n1"));
    assertThat(catalog.index("BillingApi")).isGreaterThan(before);
    assertThat(catalog.names()).contains("billingapi").doesNotContain("BillingApi");
  }

  @Test
  void an_index_from_before_counts_for_the_name_in_any_case() {
    List<Indexes.Change> stored =
        List.of(new Indexes.Change(7, "service/Web"), new Indexes.Change(5, "service/web"));
    Indexes indexes = Indexes.none().with(stored, stored, 0);
    assertThat(indexes.of(CatalogPaths.service("WEB"))).isEqualTo(7);
    assertThat(indexes.services()).containsOnlyKeys("service/web");
  }
}
