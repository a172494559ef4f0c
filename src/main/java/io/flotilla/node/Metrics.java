package io.flotilla.node;

import io.flotilla.journal.LogStatus;
import io.flotilla.kv.KeyValueStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What a node tells Prometheus. */
final class Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Supplier<LogStatus> log;

  // Closed with the process.
  @SuppressWarnings("resource")
  Metrics(Supplier<LogStatus> log, KeyValueStore kv) {
    this.log = log;
    raft("flotilla_raft_applied_index", "Last Raft entry applied here", LogStatus::lastApplied);
    raft(
        "flotilla_raft_committed_index",
        "Last Raft entry known as committed",
        LogStatus::committed);
    raft("flotilla_raft_term", "Raft term", LogStatus::term);
    raft("flotilla_raft_log_bytes", "Size of the Raft log on disk", LogStatus::logBytes);
    raft(
        "flotilla_raft_is_leader",
        "1 on the Raft leader's node",
        s -> s.nodeId().equals(s.leaderNodeId()) ? 1 : 0);
    Gauge.builder("flotilla_kv_requests", kv, KeyValueStore::requests)
        .description("Key-value requests under way on this node")
        .register(registry);
    Gauge.builder("flotilla_kv_watches", kv, KeyValueStore::watches)
        .description("Blocking queries waiting on this node")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  private void raft(String name, String description, ToDoubleFunction<LogStatus> value) {
    Gauge.builder(name, log, l -> value.applyAsDouble(l.get()))
        .description(description)
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }
}
