package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * {@code agent/service/ID}, which with {@code ?hash} waits until the registration changes, and
 * {@code agent/health/service/…}, whose HTTP status reflects the service's health.
 */
final class AgentServiceRoutes {
  private static final String BY_NAME = "/v1/agent/health/service/name";

  private final CatalogAnswers catalog;
  private final String at;
  private final LongSupplier nanoTime;

  /**
   * @param at this node's name
   * @param nanoTime as {@link System#nanoTime}
   */
  AgentServiceRoutes(CatalogAnswers catalog, String at, LongSupplier nanoTime) {
    this.catalog = catalog;
    this.at = at;
    this.nanoTime = nanoTime;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.under("/v1/agent/health/service/id", Need.SEEN, this::healthById),
        GET.under(BY_NAME, Need.below(BY_NAME, Resource.SERVICE, Level.READ), this::healthByName),
        GET.under("/v1/agent/service", Need.SEEN, this::service));
  }

  // ---- one registration

  private CompletionStage<HttpResponse> service(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of("hash"));
    String known = params.text("hash").orElse("");
    Duration wait = known.isEmpty() ? Duration.ZERO : params.waitTime();
    if (!wait.isZero()) {
      ClientLimits.takeOne(params.client().watches());
    }
    return service(request, id, known, new Until(wait, params), 0);
  }

  /** The deadline of a wait that may take several reads. */
  private final class Until {
    private final long endNanos;
    private final Params params;

    Until(Duration wait, Params params) {
      this.endNanos = nanoTime.getAsLong() + wait.toNanos();
      this.params = params;
    }

    private long left() {
      return endNanos - nanoTime.getAsLong();
    }

    Wait leftFor(long after) {
      Duration left = Duration.ofNanos(Math.max(0, left()));
      return isOver() ? Wait.NOT : new Wait(after, left, params.client().patience());
    }

    boolean isOver() {
      return params.client().patience().isDone() || left() <= 0;
    }
  }

  /** Loops, as checks and node may change often while the registration stays the same. */
  private CompletionStage<HttpResponse> service(
      HttpRequest request, String id, String known, Until until, long after) {
    return catalog
        .ask(until.params, new CatalogRead.AgentServices(id, at), until.leftFor(after))
        .thenCompose(
            found -> {
              if (found.items().isEmpty()) {
                throw unknown(id);
              }
              Service service = found.items().get(0).service();
              mustBeSeen(request, service);
              String hash = contentHash(service);
              if (hash.equals(known) && !until.isOver()) {
                return service(request, id, known, until, found.index());
              }
              HttpResponse response =
                  Json.ok(Json.bytes(json -> CatalogJson.agentService(json, service, hash)));
              return CompletableFuture.completedFuture(
                  ConsulHeaders.fresh(response, found.index())
                      .addHeader(
                          akka.http.javadsl.model.headers.RawHeader.create(
                              "X-Consul-ContentHash", hash)));
            });
  }

  private static void mustBeSeen(HttpRequest request, Service service) {
    Access.require(request, Resource.SERVICE, service.name(), Level.READ);
  }

  private static ApiError unknown(String id) {
    return new ApiError(StatusCodes.NOT_FOUND, "unknown-service", "unknown service ID: " + id);
  }

  private static String contentHash(Service service) {
    CRC32C crc = new CRC32C();
    crc.update(Json.bytes(json -> CatalogJson.agentService(json, service, null)));
    return HexFormat.of().toHexDigits(crc.getValue());
  }

  // ---- health, as HTTP status

  private CompletionStage<HttpResponse> healthById(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of("format"));
    return catalog.whole(
        params,
        new CatalogRead.AgentServices(id, at),
        found -> {
          if (found.items().isEmpty()) {
            throw unknown(id);
          }
          ServiceEntry entry = found.items().get(0);
          mustBeSeen(request, entry.service());
          return health(params, entry.status(), json -> write(json, entry));
        });
  }

  /** All services of this name registered through {@code agent/*}; the worst sets the status. */
  private CompletionStage<HttpResponse> healthByName(String name, HttpRequest request) {
    Params params = Params.of(request, Set.of("format"));
    return catalog.whole(
        params,
        new CatalogRead.Instances(name, false, List.of(), Map.of()),
        found -> {
          List<ServiceEntry> own = found.items().stream().filter(e -> e.service().agent()).toList();
          if (own.isEmpty()) {
            throw new ApiError(
                StatusCodes.NOT_FOUND, "unknown-service", "unknown service name: " + name);
          }
          Status worst =
              own.stream().map(ServiceEntry::status).max(Status::compareTo).orElseThrow();
          return health(
              params, worst, json -> CatalogJson.list(json, own, AgentServiceRoutes::write));
        });
  }

  private static HttpResponse health(Params params, Status status, Json.Body body) {
    HttpResponse response =
        params.text("format").orElse("").equals("text")
            ? HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, status.text())
            : Json.ok(Json.bytes(body));
    return response.withStatus(code(status));
  }

  private static StatusCode code(Status status) {
    return switch (status) {
      case PASSING -> StatusCodes.OK;
      case WARNING -> StatusCodes.TOO_MANY_REQUESTS;
      case CRITICAL -> StatusCodes.SERVICE_UNAVAILABLE;
    };
  }

  private static void write(JsonGenerator json, ServiceEntry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("AggregatedStatus", aggregated(entry));
    json.writeFieldName("Service");
    CatalogJson.service(json, entry.service());
    json.writeFieldName("Checks");
    CatalogJson.list(json, entry.checks(), CatalogJson::check);
    json.writeEndObject();
  }

  private static String aggregated(ServiceEntry entry) {
    return entry.checks().stream().anyMatch(c -> c.check().maintenance())
        ? "maintenance"
        : entry.status().text();
  }
}
