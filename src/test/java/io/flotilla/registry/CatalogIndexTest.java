package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.N2;
import static io.flotilla.registry.CatalogFixture.checked;
import static io.flotilla.registry.CatalogFixture.external;
import static io.flotilla.registry.CatalogFixture.externalService;
import static io.flotilla.registry.CatalogFixture.instances;
import static io.flotilla.registry.CatalogFixture.register;
import static io.flotilla.registry.CatalogFixture.service;
import static io.flotilla.registry.CatalogFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** X-Consul-Index: a watcher is woken by every change of its answer, and by no other. */
class CatalogIndexTest {
  private final CatalogFixture catalog = new CatalogFixture();

  private CatalogResult.Changed changedSince(long index) {
    return new CatalogRead.ChangedSince(index).on(catalog.state);
  }

  private static List<String> names(CatalogResult.Changed changed) {
    return changed.items().stream().map(CatalogResult.ServiceChanged::name).toList();
  }

  @Test
  void the_index_of_what_never_was_is_1_and_waits_for_it_to_come() {
    catalog.write(register(N1, service(N1, "a", "a")));
    assertThat(catalog.index("nobody")).isEqualTo(1);
    CatalogRead.Instances b = new CatalogRead.Instances("b", false, List.of(), Map.of());
    assertThat(b.hasNews(catalog.state, 1)).isFalse();
    assertThat(b.hasNews(catalog.state, 77)).as("an index of another cluster").isTrue();
    assertThat(new CatalogRead.NodeServices("n9").hasNews(catalog.state, 77)).isTrue();
    assertThat(
            new CatalogRead.Instances("a", false, List.of(), Map.of()).hasNews(catalog.state, 77))
        .isFalse();
    assertThat(new CatalogRead.NodeServices("n1").hasNews(catalog.state, 77)).isFalse();
    catalog.write(register(N1, service(N1, "b", "b")));
    assertThat(b.hasNews(catalog.state, 1)).isTrue();
  }

  @Test
  void a_watcher_of_one_service_is_not_woken_by_another() {
    catalog.write(checked(N1, "a", "a"));
    catalog.write(checked(N1, "b", "b"));
    long a = catalog.index("a");
    catalog.write(update("service:b", Status.PASSING));
    assertThat(catalog.state.touchedBy(catalog.event.changes()))
        .contains("service/b", "instances", "checks", "node/n1")
        .doesNotContain("service/a", "services", "nodes");
    catalog.write(new AgentOp.DeregisterService("b", "n1"));
    assertThat(catalog.index("a")).isEqualTo(a);
  }

  @Test
  void the_index_of_a_service_never_goes_back_when_it_goes_or_one_of_its_instances() {
    catalog.write(checked(N1, "a", "web"));
    catalog.write(checked(N1, "b", "web"));
    long both = catalog.index("web");
    catalog.write(new AgentOp.DeregisterService("b", "n1"));
    long one = catalog.index("web");
    assertThat(one).isGreaterThan(both);
    catalog.write(new AgentOp.DeregisterService("a", "n1"));
    long none = catalog.index("web");
    assertThat(none).isGreaterThan(one);
    catalog.write(checked(N1, "a", "web"));
    assertThat(catalog.index("web")).isGreaterThan(none);
  }

  @Test
  void after_a_restore_every_index_is_that_of_the_restore_also_of_what_is_gone() {
    catalog.write(checked(N1, "a", "web"));
    catalog.write(checked(N1, "b", "gone"));
    catalog.write(new AgentOp.DeregisterService("b", "n1"));
    CatalogChange restored = CatalogState.empty().restored(3L << 20);
    CatalogState state = catalog.state.apply(restored, new Moment(1, 1));
    assertThat(state.index()).isEqualTo(3L << 20);
    assertThat(state.registrations()).isEqualTo(catalog.state.registrations());
    for (String name : List.of("web", "gone", "never")) {
      CatalogRead.Instances read = new CatalogRead.Instances(name, false, List.of(), Map.of());
      assertThat(read.hasNews(state, state.index() - 1)).as(name).isTrue();
      assertThat(read.hasNews(state, state.index())).as(name).isFalse();
    }
    CatalogState again = CatalogState.empty().with(state.parts().toList());
    assertThat(again.indexes().of(CatalogPaths.service("web"))).isEqualTo(state.index());
  }

  @Test
  void indexes_of_what_is_gone_are_forgotten_at_last_and_still_do_not_go_back() {
    catalog.write(register(N1, service(N1, "x", "first")));
    catalog.write(new AgentOp.DeregisterService("x", "n1"));
    long gone = catalog.index("first");
    Indexes indexes = catalog.state.indexes();
    for (int i = 0; i <= Indexes.MAX_RETIRED; i++) {
      indexes = indexes.retired("service/gone-" + i, gone + 1 + i);
    }
    assertThat(indexes.byPath()).doesNotContainKey("service/first");
    assertThat(indexes.of("service/first")).isGreaterThanOrEqualTo(gone);
    assertThat(indexes.of("service/consul")).isEqualTo(catalog.index("consul"));
    assertThat(indexes.retired()).hasSize(Indexes.MAX_RETIRED);
  }

  @Test
  void a_service_that_came_back_is_not_forgotten() {
    Indexes indexes = Indexes.none().retired("service/a", 5).touched("service/a", 6);
    for (int i = 0; i <= Indexes.MAX_RETIRED; i++) {
      indexes = indexes.retired("service/gone-" + i, 7 + i);
    }
    assertThat(indexes.of("service/a")).isEqualTo(6);
  }

  @Test
  void the_list_of_services_changes_with_names_and_tags_and_not_with_health() {
    Operation.Read list = new CatalogRead.Services(Map.of());
    catalog.write(checked(N1, "a", "a"));
    long before = catalog.index((CatalogRead<?>) list);
    catalog.write(update("service:a", Status.PASSING));
    assertThat(catalog.index((CatalogRead<?>) list)).isEqualTo(before);
    catalog.write(register(N1, service(N1, "a", "a", "blue")));
    assertThat(catalog.index((CatalogRead<?>) list)).isGreaterThan(before);
  }

  @Test
  void every_answer_that_differs_has_been_touched() {
    catalog.members();
    List<Operation<?>> writes =
        List.of(
            checked(N1, "a", "a"),
            checked(N2, "b", "b"),
            update("service:b", Status.PASSING),
            new MemberOp.SerfHealth("n1", Status.CRITICAL),
            new AgentOp.NodeMaintenance(N2, true, ""),
            register(N1, service(N1, "b", "renamed")),
            new AgentOp.ServiceMaintenance("a", true, "", "n1"),
            new MemberOp.SerfHealth("n1", Status.PASSING),
            external("h", externalService("h", "b")),
            new MemberOp.Remove("n2"),
            new NodeOp.Deregister("h", null, null),
            new AgentOp.DeregisterService("b", "n1"),
            new AgentOp.DeregisterService("b", "n2"));
    List<CatalogRead<?>> reads =
        List.of(
            instances("a", false),
            instances("b", false),
            instances("renamed", false),
            instances("consul", false),
            new CatalogRead.Services(Map.of()),
            new CatalogRead.Nodes(Map.of()),
            new CatalogRead.NodeServices("n1"),
            new CatalogRead.NodeServices("n2"),
            new CatalogRead.NodeServices("n3"),
            new CatalogRead.NodeServices("h"),
            new CatalogRead.NodeChecks("n1"),
            new CatalogRead.NodeChecks("n2"),
            new CatalogRead.NodeChecks("n3"),
            new CatalogRead.ServiceChecks("b", Map.of()),
            new CatalogRead.ChecksInState(null, Map.of()),
            new CatalogRead.AgentServices(null, "n1"),
            new CatalogRead.AgentChecks("n1"),
            new CatalogRead.AgentServices("b", "n1"));
    for (Operation<?> write : writes) {
      CatalogState before = catalog.state;
      catalog.write(write);
      for (CatalogRead<?> read : reads) {
        if (!items(before, read).equals(items(catalog.state, read))) {
          assertThat(catalog.state.indexes().of(read.path()))
              .as("%s after %s", read, write)
              .isGreaterThan(before.indexes().of(read.path()));
          assertThat(before.touchedBy(catalog.event.changes())).contains(read.path());
        }
      }
    }
  }

  private static Object items(CatalogState state, CatalogRead<?> read) {
    return read.on(state).items();
  }

  @Test
  void who_follows_all_services_hears_of_those_that_changed_and_of_those_that_are_gone() {
    catalog.write(checked(N1, "a", "a"));
    catalog.write(checked(N1, "b", "b"));
    CatalogResult.Changed all = changedSince(0);
    assertThat(all.complete()).isTrue();
    assertThat(names(all)).containsExactly("a", "b", "consul");
    catalog.write(update("service:b", Status.PASSING));
    CatalogResult.Changed one = changedSince(all.index());
    assertThat(one.complete()).isFalse();
    assertThat(names(one)).containsExactly("b");
    catalog.write(new AgentOp.DeregisterService("a", "n1"));
    CatalogResult.Changed gone = changedSince(one.index());
    assertThat(names(gone)).containsExactly("a");
    assertThat(gone.items().get(0).entries()).isEmpty();
    assertThat(names(changedSince(gone.index()))).isEmpty();
  }

  @Test
  void events_are_numbered_and_the_latest_256_are_kept() {
    for (int i = 1; i <= 300; i++) {
      catalog.write(
          new FireEvent(new UserEvent("id" + i, "e" + i % 2, new byte[] {1}, "", "", "", 0)));
    }
    CatalogResult.Events all = new CatalogRead.Events(null).on(catalog.state);
    assertThat(all.items()).hasSize(256);
    assertThat(all.items().get(255).time()).isEqualTo(300);
    CatalogResult.Events odd = new CatalogRead.Events("e1").on(catalog.state);
    assertThat(odd.items()).hasSize(128);
    assertThat(catalog.state.indexes().of("events")).isEqualTo(catalog.state.index());
  }
}
