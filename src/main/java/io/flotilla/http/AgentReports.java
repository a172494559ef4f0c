package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import io.flotilla.acl.Level;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a node tells about itself and its machine: {@code agent/metrics} and {@code agent/host}
 * (https://developer.hashicorp.com/consul/api-docs/agent).
 */
final class AgentReports {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss Z").withZone(ZoneOffset.UTC);

  private final PrometheusMeterRegistry metrics;
  private final Supplier<String> self;
  private final Clock clock;
  private final Executor executor;

  /**
   * @param self this node's name
   * @param clock for people to read
   * @param executor for what takes long
   */
  AgentReports(
      PrometheusMeterRegistry metrics, Supplier<String> self, Clock clock, Executor executor) {
    this.metrics = metrics;
    this.self = self;
    this.clock = clock;
    this.executor = executor;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/agent/metrics", Need.ofAgent(self, Level.READ), this::metrics),
        GET.at("/v1/agent/host", Need.OPERATOR_READS, this::host));
  }

  // ---- metrics

  /** With {@code ?format=prometheus} as {@code /metrics} has them. */
  private CompletionStage<HttpResponse> metrics(HttpRequest request) {
    boolean text =
        Params.of(request, Set.of("format"))
            .text("format")
            .filter("prometheus"::equals)
            .isPresent();
    return CompletableFuture.supplyAsync(
        () -> text ? prometheus(metrics) : Json.ok(metrics()), executor);
  }

  static HttpResponse prometheus(PrometheusMeterRegistry metrics) {
    return HttpResponse.create()
        .withEntity(
            ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8"),
            metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }

  private Metrics metrics() {
    List<Gauge> gauges = new ArrayList<>(List.of(heap()));
    List<Sample> counters = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (Meter meter : metrics.getMeters()) {
      String name = meter.getId().getName();
      Map<String, String> labels = labels(meter);
      meter.use(
          g -> gauges.add(new Gauge(name, g.value(), labels)),
          c -> counters.add(Sample.sum(name, c.count(), labels)),
          t -> samples.add(Sample.of(name, t, labels)),
          s -> samples.add(Sample.of(name, s, labels)),
          t -> gauges.add(new Gauge(name, t.activeTasks(), labels)),
          g -> gauges.add(new Gauge(name, g.value(g.baseTimeUnit()), labels)),
          c -> counters.add(Sample.sum(name, c.count(), labels)),
          t -> counters.add(Sample.sum(name, t.count(), labels)),
          other -> {});
    }
    return new Metrics(TIME.format(clock.instant()), gauges, List.of(), counters, samples);
  }

  /** By the name that Consul has for it, which monitoring looks for. */
  private static Gauge heap() {
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Gauge("consul.runtime.alloc_bytes", used, Map.of());
  }

  private static Map<String, String> labels(Meter meter) {
    Map<String, String> labels = new TreeMap<>();
    for (Tag tag : meter.getId().getTagsAsIterable()) {
      labels.put(tag.getKey(), tag.getValue());
    }
    return labels;
  }

  private record Metrics(
      @JsonProperty("Timestamp") String timestamp,
      @JsonProperty("Gauges") List<Gauge> gauges,
      @JsonProperty("Points") List<Object> points,
      @JsonProperty("Counters") List<Sample> counters,
      @JsonProperty("Samples") List<Sample> samples) {}

  /** JSON has no number for what isn't one. */
  private record Gauge(
      @JsonProperty("Name") String name,
      @JsonProperty("Value") double value,
      @JsonProperty("Labels") Map<String, String> labels) {
    Gauge {
      value = Double.isFinite(value) ? value : 0;
    }
  }

  /** Since the node started. Times are in milliseconds. */
  private record Sample(
      @JsonProperty("Name") String name,
      @JsonProperty("Count") long count,
      @JsonProperty("Sum") double sum,
      @JsonProperty("Max") double max,
      @JsonProperty("Mean") double mean,
      @JsonProperty("Labels") Map<String, String> labels) {
    static Sample sum(String name, double sum, Map<String, String> labels) {
      return new Sample(name, (long) sum, sum, 0, 0, labels);
    }

    static Sample of(String name, Timer t, Map<String, String> labels) {
      return new Sample(
          name,
          t.count(),
          t.totalTime(MILLISECONDS),
          t.max(MILLISECONDS),
          t.mean(MILLISECONDS),
          labels);
    }

    static Sample of(String name, DistributionSummary s, Map<String, String> labels) {
      return new Sample(name, s.count(), s.totalAmount(), s.max(), s.mean(), labels);
    }
  }

  // ---- the machine

  private CompletionStage<HttpResponse> host(HttpRequest request) {
    Params.of(request, Set.of());
    Instant now = clock.instant();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return CompletableFuture.completedFuture(
        Json.ok(
            new Host(
                Memory.of(system.getTotalMemorySize(), system.getFreeMemorySize()),
                new Machine(
                    self.get(),
                    system.getName().toLowerCase(Locale.ROOT),
                    system.getVersion(),
                    system.getArch(),
                    system.getAvailableProcessors()),
                now.getEpochSecond() * 1_000_000_000 + now.getNano())));
  }

  private record Host(
      @JsonProperty("Memory") Memory memory,
      @JsonProperty("Host") Machine host,
      @JsonProperty("CollectionTime") long collectionTime) {}

  private record Memory(
      @JsonProperty("total") long total,
      @JsonProperty("free") long free,
      @JsonProperty("used") long used,
      @JsonProperty("usedPercent") double usedPercent) {
    static Memory of(long total, long free) {
      return new Memory(total, free, total - free, 100.0 * (total - free) / Math.max(1, total));
    }
  }

  private record Machine(
      @JsonProperty("hostname") String name,
      @JsonProperty("os") String os,
      @JsonProperty("kernelVersion") String version,
      @JsonProperty("kernelArch") String arch,
      @JsonProperty("procs") int processors) {}
}
