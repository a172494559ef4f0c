package io.flotilla.http;

import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.handleExceptions;
import static akka.http.javadsl.server.Directives.handleRejections;
import static akka.http.javadsl.server.Directives.pathPrefix;
import static akka.http.javadsl.server.PathMatchers.segment;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.javadsl.Flow;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.LocalReplicas;
import io.flotilla.kv.SessionChecks;
import io.flotilla.topic.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The HTTP front end: puts the routes together and binds them to a port. */
public final class HttpServer {
  /**
   * @param host interface to bind to
   * @param requestTimeout how long a request may take, waiting for a change not counted
   * @param idleTimeout how long a connection may be open with nothing asked
   */
  public record Settings(
      String host, int port, String token, Duration requestTimeout, Duration idleTimeout) {}

  private final ActorSystem<?> system;
  private final Settings settings;
  private final Route routes;
  private final RequestMetrics metrics;

  public HttpServer(
      ActorSystem<?> system,
      Settings settings,
      KeyValueStore kv,
      LocalReplicas replicas,
      Topics topics,
      ClusterView cluster,
      PrometheusMeterRegistry metrics) {
    this(system, settings, kv, replicas, SessionChecks.none(), topics, cluster, metrics);
  }

  public HttpServer(
      ActorSystem<?> system,
      Settings settings,
      KeyValueStore kv,
      LocalReplicas replicas,
      SessionChecks checks,
      Topics topics,
      ClusterView cluster,
      PrometheusMeterRegistry metrics) {
    this.system = system;
    this.settings = settings;
    this.metrics = new RequestMetrics(metrics);
    OperationsRoutes operations = new OperationsRoutes(cluster, metrics);
    SessionRoutes sessions =
        new SessionRoutes(kv, checks, cluster::local, settings.requestTimeout());
    WatchRoutes watches = new WatchRoutes(system, kv);
    TopicRoutes topicRoutes = new TopicRoutes(system, topics, settings.requestTimeout());
    Access access = new Access(settings.token());
    Route v1 =
        pathPrefix(
            "v1",
            () ->
                concat(
                    pathPrefix(
                        segment("kv"),
                        () ->
                            new KvRoutes(
                                    kv,
                                    replicas,
                                    system.executionContext(),
                                    settings.requestTimeout())
                                .routes()),
                    pathPrefix(segment("session"), sessions::routes),
                    pathPrefix(segment("watch"), watches::routes),
                    pathPrefix(segment("topics"), topicRoutes::routes),
                    pathPrefix(
                        segment("txn"),
                        () -> new TxnRoutes(kv, settings.requestTimeout()).routes()),
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
    ServerSettings server = ServerSettings.create(system.settings().config());
    Flow<HttpRequest, HttpResponse, NotUsed> requests =
        Flow.<HttpRequest>create()
            .mapAsync(server.getPipeliningLimit(), metrics.timed(routes.handler(system)::apply));
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(server)
        .bindFlow(IdleConnections.closedAfter(settings.idleTimeout()).join(requests))
        .thenApply(binding -> binding.addToCoordinatedShutdown(Duration.ofSeconds(3), system));
  }
}
