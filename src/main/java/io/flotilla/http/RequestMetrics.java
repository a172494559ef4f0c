package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Times requests by method and class of status, {@code flotilla_http_requests_seconds}, and counts
 * refusals by their code, {@code flotilla_http_refusals_total}.
 */
final class RequestMetrics {
  /** More than there are: a proxied instance may send codes of its own. */
  private static final int MAX_CODES = 100;

  private static final Duration[] TIMES =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private record Kind(String method, int hundreds) {}

  private final MeterRegistry registry;
  private final Clock clock;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.clock = registry.config().clock();
    ClientLimits.codes().forEach(code -> refusals.put(code, refusal(code)));
  }

  void observe(PendingEvents events) {
    Gauge.builder("flotilla_http_event_streams", events, PendingEvents::streams)
        .description("Streams of events that are open: watches of keys, and subscribers to topics")
        .register(registry);
  }

  Function<HttpRequest, CompletionStage<HttpResponse>> timed(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    return request -> {
      long start = clock.monotonicTime();
      return handler
          .apply(request)
          .whenComplete(
              (response, failure) -> {
                int status = response == null ? 500 : response.status().intValue();
                timers
                    .computeIfAbsent(new Kind(request.method().name(), status / 100), this::timer)
                    .record(Duration.ofNanos(clock.monotonicTime() - start));
                if (response != null) {
                  count(ApiError.code(response));
                }
              });
    };
  }

  private void count(String code) {
    if (!code.isEmpty()) {
      boolean known = refusals.containsKey(code) || refusals.size() < MAX_CODES;
      refusals.computeIfAbsent(known ? code : "other", this::refusal).increment();
    }
  }

  private Counter refusal(String code) {
    return Counter.builder("flotilla_http_refusals")
        .description("Requests that were refused or failed, by the code in X-Flotilla-Error")
        .tag("code", code)
        .register(registry);
  }

  private Timer timer(Kind kind) {
    return Timer.builder("flotilla_http_requests")
        .description("HTTP requests; blocking queries included, with the time they waited")
        .tag("method", kind.method())
        .tag("status", kind.hundreds() + "xx")
        .serviceLevelObjectives(TIMES)
        .register(registry);
  }
}
