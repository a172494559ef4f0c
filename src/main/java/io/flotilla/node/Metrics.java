package io.flotilla.node;

import io.flotilla.journal.LogStatus;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.logging.LineLimit;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import io.flotilla.node.StoreQuota.Usage;
import io.flotilla.proxy.Proxies;
import io.flotilla.proxy.TcpProxy;
import io.flotilla.registry.Registry;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.tls.Tls;
import io.flotilla.topic.Topics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The metrics that a node offers to Prometheus. */
final class Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  // Never closed: it lives as long as the process.
  @SuppressWarnings("resource")
  Metrics() {
    FunctionCounter.builder("flotilla_log_suppressed", registry, r -> LineLimit.keptBack())
        .description("Log messages suppressed as too many of a kind in a minute")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /** Adds what there is to know of the parts that serve. */
  void observe(
      Supplier<LogStatus> log,
      Supplier<StoreQuota.Usage> store,
      Supplier<FreeDisk.Usage> disk,
      Supplier<Optional<String>> otherGroup,
      KeyValueStore kv,
      Registry catalogs,
      Balancer balancer,
      Topics topics,
      Budgets budgets) {
    budgets.all().forEach(this::budget);
    gauge("flotilla_store_bytes", "Bytes of all stored data", store, Usage::bytes);
    gauge("flotilla_store_quota_bytes", "Bytes that stored data may occupy", store, Usage::quota);
    gauge(
        "flotilla_store_alarm",
        "1 while writes that add data are refused, as the quota is reached",
        store,
        u -> u.alarm() ? 1 : 0);
    gauge("flotilla_disk_free_bytes", "Room on this node's disk", disk, FreeDisk.Usage::free);
    gauge(
        "flotilla_disk_floor_bytes",
        "Room that this node's disk must have",
        disk,
        FreeDisk.Usage::floor);
    gauge(
        "flotilla_disk_alarm",
        "1 while writes that add data are refused, as some member's disk is nearly full",
        store,
        u -> u.lowDisks().isEmpty() ? 0 : 1);
    gauge(
        "flotilla_other_group_alarm",
        "1 while another group of this cluster runs, recovered apart",
        otherGroup,
        o -> o.isPresent() ? 1 : 0);
    gauge(
        "flotilla_raft_applied_index", "Last Raft entry applied here", log, LogStatus::lastApplied);
    gauge(
        "flotilla_raft_committed_index",
        "Last Raft entry known to be committed",
        log,
        LogStatus::committed);
    gauge("flotilla_raft_term", "Raft term", log, LogStatus::term);
    gauge("flotilla_raft_log_bytes", "Size of the Raft log on disk", log, LogStatus::logBytes);
    gauge(
        "flotilla_raft_is_leader",
        "1 on the Raft leader's node",
        log,
        s -> s.nodeId().equals(s.leaderNodeId()) ? 1 : 0);
    Gauge.builder("flotilla_kv_requests", kv, KeyValueStore::requests)
        .description("Key-value requests in progress on this node")
        .register(registry);
    Gauge.builder("flotilla_kv_watches", kv, KeyValueStore::watches)
        .description("Blocking queries waiting on this node")
        .register(registry);
    Gauge.builder("flotilla_registry_requests", catalogs, Registry::requests)
        .description("Registry requests in progress on this node")
        .register(registry);
    Gauge.builder("flotilla_registry_watches", catalogs, Registry::watches)
        .description("Blocking queries on the registry waiting on this node")
        .register(registry);
    Gauge.builder("flotilla_topic_publishing", topics, Topics::publishing)
        .description("Messages from this node on their way to their topics")
        .register(registry);
    Gauge.builder("flotilla_balance_services", balancer, b -> b.table().upstreams().size())
        .description("Services in this node's balancing table")
        .register(registry);
  }

  private void budget(Budget budget) {
    Gauge.builder("flotilla_budget_bytes", budget, Budget::bytes)
        .description("Memory that one kind of use may occupy")
        .tag("name", budget.name())
        .strongReference(true)
        .register(registry);
    Gauge.builder("flotilla_budget_used_bytes", budget, Budget::used)
        .description("Memory that it occupies")
        .tag("name", budget.name())
        .strongReference(true)
        .register(registry);
  }

  private <T> void gauge(
      String name, String description, Supplier<T> source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, s -> value.applyAsDouble(s.get()))
        .description(description)
        .strongReference(true) // or the supplier would be garbage
        .register(registry);
  }

  /** Adds what there is to know of this node's certificate. */
  void observe(Tls tls) {
    Gauge.builder("flotilla_tls_certificate_expiry_seconds", tls, Tls::expirySeconds)
        .description("When this node's certificate or its CA's expires, in seconds since 1970")
        .strongReference(true)
        .register(registry);
  }

  /** Adds metrics for each TCP proxy of this node, once they all listen. */
  void observe(Proxies proxies) {
    for (TcpProxy proxy : proxies.list()) {
      Tags tags =
          Tags.of("service", proxy.listener().service(), "listen", proxy.listener().address());
      Gauge.builder("flotilla_proxy_connections", proxy, p -> p.counts().open())
          .description("Open connections of a TCP proxy")
          .tags(tags)
          .register(registry);
      FunctionCounter.builder("flotilla_proxy_accepted", proxy, p -> p.counts().accepted())
          .description("Connections a TCP proxy has accepted")
          .tags(tags)
          .register(registry);
      FunctionCounter.builder("flotilla_proxy_unserved", proxy, p -> p.counts().unserved())
          .description("Connections a TCP proxy found no instance for")
          .tags(tags)
          .register(registry);
    }
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }
}
