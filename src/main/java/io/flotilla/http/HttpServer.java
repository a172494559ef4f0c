package io.flotilla.http;

import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.handleExceptions;
import static akka.http.javadsl.server.Directives.handleRejections;
import static akka.http.javadsl.server.Directives.pathPrefix;
import static akka.http.javadsl.server.PathMatchers.segment;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.server.Route;
import io.flotilla.kv.KeyValueStore;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The HTTP front end: puts the routes together and binds them to a port. */
public final class HttpServer {
  /**
   * @param host interface to bind to
   * @param requestTimeout how long a request may take, waiting for a change not counted
   */
  public record Settings(String host, int port, String token, Duration requestTimeout) {}

  private final ActorSystem<?> system;
  private final Settings settings;
  private final Route routes;

  public HttpServer(
      ActorSystem<?> system,
      Settings settings,
      KeyValueStore kv,
      ClusterView cluster,
      PrometheusMeterRegistry metrics) {
    this.system = system;
    this.settings = settings;
    OperationsRoutes operations = new OperationsRoutes(cluster, metrics);
    Access access = new Access(settings.token());
    Route v1 =
        pathPrefix(
            "v1",
            () ->
                concat(
                    pathPrefix(
                        segment("kv"), () -> new KvRoutes(kv, settings.requestTimeout()).routes()),
                    new StatusRoutes(cluster).routes()));
    this.routes =
        handleExceptions(
            Failures.exceptions(),
            () ->
                handleRejections(
                    Failures.rejections(),
                    () ->
                        concat(
                            operations.open(),
                            access.guard(() -> concat(v1, operations.routes())))));
  }

  public CompletionStage<ServerBinding> bind() {
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .bind(routes)
        .thenApply(binding -> binding.addToCoordinatedShutdown(Duration.ofSeconds(3), system));
  }
}
