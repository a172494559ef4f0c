package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.N2;
import static io.flotilla.registry.CatalogFixture.check;
import static io.flotilla.registry.CatalogFixture.checked;
import static io.flotilla.registry.CatalogFixture.instances;
import static io.flotilla.registry.CatalogFixture.register;
import static io.flotilla.registry.CatalogFixture.service;
import static io.flotilla.registry.CatalogFixture.ttl;
import static io.flotilla.registry.CatalogFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityFixture;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Quota;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Result;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The running catalog, on a log in memory, with the test's own clock. */
class CatalogActorTest {
  private static final class Fixture extends EntityFixture {
    /** Created before the constructor of the base starts the actor. */
    private Set<Key> failed;

    private Set<Key> failed() {
      if (failed == null) {
        failed = ConcurrentHashMap.newKeySet();
      }
      return failed;
    }

    @Override
    protected Behavior<EntityActor.Command> behavior(
        String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime) {
      return Catalog.create(name, barrier, clock, stayAwake, failed()::addAll, nanoTime);
    }

    @Override
    protected PersistenceId persistenceId(String name) {
      return Catalog.persistenceId(name);
    }
  }

  private final Fixture catalog = new Fixture();

  @AfterEach
  void end() {
    catalog.close();
  }

  private List<ServiceEntry> find(boolean passing) {
    return ((CatalogResult.Entries) catalog.result(instances("web", passing))).items();
  }

  private void passing(Operation<?> registration) {
    catalog.result(registration);
    assertThat(catalog.result(update("service:web-1", Status.PASSING)))
        .isInstanceOf(Result.Done.class);
    assertThat(find(true)).hasSize(1);
  }

  /** With a TTL of 2 s, deregistered when critical for 4 s. */
  private static Operation<?> reaped() {
    CheckDefinition definition =
        new CheckDefinition(2_000, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 4_000);
    return register(
        N1, service(N1, "web-1", "web"), check(N1, "service:web-1", "web-1", definition));
  }

  private static Operation<?> short2s() {
    return register(
        N1, service(N1, "web-1", "web"), check(N1, "service:web-1", "web-1", ttl(2_000)));
  }

  @Test
  void when_nothing_may_grow_checks_are_kept_up_and_services_leave_but_none_comes() {
    passing(short2s());
    catalog.quota =
        new Quota() {
          @Override
          public Room room() {
            return Room.inMemory(0);
          }

          @Override
          public void occupies(String persistenceId, long bytes) {}
        };
    assertThat(catalog.result(register(N1, service(N1, "web-2", "web"))))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("quota-exceeded"));
    assertThat(catalog.result(short2s())).isInstanceOf(Result.Done.class);
    assertThat(
            catalog.result(
                new AgentOp.UpdateCheck(
                    "service:web-1", Status.WARNING, "longer than before", "n1")))
        .isInstanceOf(Result.Done.class);
    assertThat(catalog.result(new MemberOp.SerfHealth("n1", Status.CRITICAL)))
        .isInstanceOf(Result.Done.class);
    catalog.pass(2_500);
    assertThat(find(true)).as("its TTL is over").isEmpty();
    assertThat(catalog.result(new AgentOp.DeregisterService("web-1", "n1")))
        .isInstanceOf(Result.Done.class);
    assertThat(find(false)).isEmpty();
  }

  @Test
  void a_check_that_is_not_renewed_is_critical_at_its_ttl_and_not_before() {
    passing(short2s());
    catalog.pass(1_800);
    assertThat(find(true)).hasSize(1);
    catalog.pass(400);
    assertThat(find(true)).isEmpty();
    Check check =
        find(false).get(0).checks().stream()
            .filter(c -> c.id().equals("service:web-1"))
            .findFirst()
            .orElseThrow()
            .check();
    assertThat(check.status()).isEqualTo(Status.CRITICAL);
    assertThat(check.output()).startsWith("TTL expired");
    assertThat(catalog.failed()).contains(new Key("n1", "service:web-1"));
  }

  @Test
  void a_renewal_that_changes_nothing_is_not_stored_and_starts_the_ttl_again() {
    passing(short2s());
    int events = catalog.events();
    for (int i = 0; i < 3; i++) {
      catalog.pass(1_600);
      catalog.result(update("service:web-1", Status.PASSING));
    }
    assertThat(catalog.events()).isEqualTo(events);
    assertThat(find(true)).hasSize(1);
  }

  @Test
  void a_check_that_was_critical_lives_again_for_its_ttl_when_it_is_renewed() {
    passing(short2s());
    catalog.pass(2_400);
    catalog.result(update("service:web-1", Status.PASSING));
    assertThat(find(true)).hasSize(1);
    catalog.pass(2_400);
    assertThat(find(true)).isEmpty();
  }

  @Test
  void after_a_failover_the_full_ttl_starts_again() {
    passing(short2s());
    catalog.pass(1_600);
    catalog.failOver();
    catalog.pass(1_600);
    assertThat(find(true)).hasSize(1);
    catalog.pass(800);
    assertThat(find(true)).isEmpty();
  }

  @Test
  void a_pause_of_the_actor_makes_nothing_critical() {
    passing(short2s());
    catalog.pass(1_600);
    catalog.pause(Duration.ofMinutes(1));
    catalog.pass(400);
    assertThat(find(true)).hasSize(1);
  }

  @Test
  void a_check_that_moves_to_another_node_keeps_its_time() {
    passing(short2s());
    catalog.result(register(N2, service(N2, "web-1", "web")));
    assertThat(find(true)).hasSize(1);
    catalog.pass(2_400);
    assertThat(find(true)).isEmpty();
  }

  @Test
  void a_service_that_is_critical_for_long_is_deregistered() {
    passing(reaped());
    catalog.pass(2_400);
    assertThat(find(false)).hasSize(1);
    catalog.pass(3_200);
    assertThat(find(false)).hasSize(1);
    catalog.pass(1_200);
    assertThat(find(false)).isEmpty();
  }

  @Test
  void time_in_critical_begins_anew_after_a_failover_for_nobody_could_be_heard_before() {
    passing(reaped());
    catalog.pass(4_800);
    catalog.pause(Duration.ofHours(1));
    catalog.setClock(Duration.ofHours(1));
    catalog.failOver();
    catalog.pass(3_600);
    assertThat(find(false)).hasSize(1);
    catalog.pass(800);
    assertThat(find(false)).isEmpty();
  }

  @Test
  void what_else_happens_to_a_critical_check_does_not_start_its_time_again() {
    passing(reaped());
    catalog.pass(4_000);
    catalog.result(new AgentOp.UpdateCheck("service:web-1", Status.CRITICAL, "worse", "n1"));
    catalog.pass(2_800);
    assertThat(find(false)).isEmpty();
  }

  @Test
  void no_clock_that_is_set_and_no_pause_deregisters_a_service() {
    passing(reaped());
    catalog.pass(2_800);
    catalog.setClock(Duration.ofHours(1));
    catalog.result(new AgentOp.UpdateCheck("service:web-1", Status.CRITICAL, "worse", "n1"));
    catalog.setClock(Duration.ofHours(-3));
    catalog.pause(Duration.ofHours(1));
    catalog.pass(1_600);
    assertThat(find(false)).hasSize(1);
    catalog.result(update("service:web-1", Status.PASSING));
    assertThat(find(true)).hasSize(1);
  }

  @Test
  void a_service_that_recovers_in_time_stays() {
    passing(reaped());
    catalog.pass(4_000);
    catalog.result(update("service:web-1", Status.PASSING));
    for (int i = 0; i < 3; i++) {
      catalog.pass(1_600);
      catalog.result(update("service:web-1", Status.PASSING));
    }
    assertThat(find(true)).hasSize(1);
  }

  @Test
  void it_stays_awake_while_a_ttl_runs_and_not_for_what_is_critical_for_good() {
    passing(short2s());
    for (int i = 0; i < 7; i++) {
      catalog.pass(1_600);
      catalog.result(update("service:web-1", Status.PASSING));
    }
    assertThat(catalog.keptAwake.get()).isPositive();
    catalog.pass(2_400);
    long before = catalog.keptAwake.get();
    catalog.pass(12_000);
    assertThat(catalog.keptAwake.get()).isEqualTo(before);
  }

  @Test
  void who_waits_for_one_service_is_not_woken_by_another() {
    catalog.result(checked(N1, "web-1", "web"));
    long index = ((CatalogResult.Entries) catalog.result(instances("web", false))).index();
    Operation<?> wait =
        new Operation.News<>(new CatalogRead.Instances("web", false, List.of(), Map.of()), index);
    assertThat(catalog.result(wait)).isInstanceOf(Result.Unchanged.class);
    catalog.result(checked(N1, "db-1", "db"));
    catalog.results(List.of());
    assertThat(catalog.heard).isEmpty();
    catalog.result(update("service:web-1", Status.PASSING));
    catalog.results(List.of());
    assertThat(catalog.heard).containsExactly(Interest.key("service/web"));
    assertThat(catalog.result(wait)).isInstanceOf(CatalogResult.Entries.class);
  }

  @Test
  void after_a_failover_all_that_is_critical_is_told_again() {
    catalog.result(checked(N1, "web-1", "web"));
    catalog.failed().clear();
    catalog.failOver();
    catalog.results(List.of());
    assertThat(catalog.failed()).containsExactly(new Key("n1", "service:web-1"));
  }
}
