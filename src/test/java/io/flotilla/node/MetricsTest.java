package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.flotilla.entity.EntityClient;
import io.flotilla.journal.LogStatus;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import io.flotilla.registry.Registry;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.topic.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final EntityClient.Limits LIMITS =
      new EntityClient.Limits(1, new Budget("requests", 1), 1, new Budget("waiting", 1));

  private static final ActorTestKit KIT = ActorTestKit.create();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static PrometheusMeterRegistry registry() {
    LogStatus status =
        new LogStatus("n1", "p1", "n1", "LEADER", 3, 17, 18, 1000, 0, List.of(), true);
    Metrics metrics = new Metrics();
    metrics.observe(
        () -> status,
        () -> new StoreQuota.Usage(7, 10, true, Set.of("n2")),
        () -> new FreeDisk.Usage(5, 6, true),
        () -> Optional.of("another"),
        new KeyValueStore(KIT.system(), null, LIMITS, null, () -> 0),
        new Registry(KIT.system(), null, LIMITS, null, () -> 0),
        new Balancer((service, instance, time) -> {}, () -> 0),
        new Topics(KIT.system(), null, null, new Topics.Limits(1, 1), () -> 0),
        Budgets.shares(0.25, 0.1, 0.1, 0.1, 0.1));
    return metrics.registry();
  }

  @Test
  void what_is_told_of_the_log_outlives_a_garbage_collection() {
    PrometheusMeterRegistry registry = registry();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertThat(registry.scrape())
        .contains(
            "flotilla_raft_applied_index 17.0",
            "flotilla_raft_is_leader 1.0",
            "flotilla_store_bytes 7.0",
            "flotilla_store_quota_bytes 10.0",
            "flotilla_store_alarm 1.0",
            "flotilla_disk_free_bytes 5.0",
            "flotilla_disk_floor_bytes 6.0",
            "flotilla_disk_alarm 1.0",
            "flotilla_other_group_alarm 1.0")
        .contains("flotilla_log_suppressed_total")
        .contains("flotilla_budget_bytes{name=\"answers\"}")
        .contains("flotilla_budget_used_bytes{name=\"waiting\"} 0.0");
  }
}
