package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Times requests by method and class of status, {@code flotilla_http_requests_seconds}, and counts
 * those that ask for too much, {@code flotilla_http_refusals_total}.
 */
final class RequestMetrics {
  private static final int TOO_MANY = 429;

  private record Kind(String method, int hundreds) {}

  private final MeterRegistry registry;
  private final Clock clock;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  /** By code. An instance behind the proxy may answer with others. */
  private final Map<String, Counter> refusals;

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.clock = registry.config().clock();
    this.refusals = ClientLimits.codes().collect(Collectors.toMap(code -> code, this::refusals));
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
                if (status == TOO_MANY && refusals.containsKey(ApiError.code(response))) {
                  refusals.get(ApiError.code(response)).increment();
                }
              });
    };
  }

  private Counter refusals(String code) {
    return Counter.builder("flotilla_http_refusals")
        .description("Requests answered with 429, by the limit that was reached")
        .tag("code", code)
        .register(registry);
  }

  private Timer timer(Kind kind) {
    return Timer.builder("flotilla_http_requests")
        .description("HTTP requests; blocking queries included, with the time they waited")
        .tag("method", kind.method())
        .tag("status", kind.hundreds() + "xx")
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(30))
        .register(registry);
  }
}
