package io.flotilla.http;

import static io.flotilla.http.Endpoints.ANY;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.settings.ClientConnectionSettings;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.async.Futures;
import io.flotilla.proxy.Connector;
import io.flotilla.proxy.NoInstanceException;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.reach.Targets;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.Upstream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code /v1/proxy/SERVICE/REST}: forwards the request, with any method and a body of any length,
 * to an instance of the service and returns its answer, streaming both. The policy is the service's
 * own (Meta {@code flotilla-policy}, {@code flotilla-hash-key}); the namespace may be given as
 * {@code X-Consul-Namespace}.
 *
 * <p>An instance that refuses the connection is skipped for a while and another is tried. Once a
 * byte may have been sent there is no retry, as the request might be executed twice.
 */
final class ProxyRoutes {
  /** To talk to a service is to know where it is; what is asked there is its own affair. */
  private static final Need NEED = new Need(null, ProxyRoutes::mayAsk);

  private final ActorSystem<?> system;
  private final Balancer balancer;
  private final ProxySettings.Limits limits;
  private final String token;
  private final Pace pace;
  private final Connector connector;
  private final ClientConnectionSettings client;

  /** What this node is called on a request's way; nobody can guess it. */
  private final String via = "flotilla-" + UUID.randomUUID();

  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param targets where instances may be
   * @param token the node's token; empty: none
   * @param pace at which clients must send
   */
  ProxyRoutes(
      ActorSystem<?> system,
      Balancer balancer,
      ProxySettings.Limits limits,
      Targets targets,
      String token,
      Pace pace) {
    this.pace = pace;
    this.system = system;
    this.balancer = balancer;
    this.limits = limits;
    this.token = token;
    this.connector =
        new Connector(system, balancer, targets, limits.connectTimeout(), pace.nanoTime());
    ClientConnectionSettings defaults = ClientConnectionSettings.create(system.settings().config());
    this.client =
        defaults.withParserSettings(
            // The instance's headers are passed on unchanged.
            defaults.getParserSettings().withModeledHeaderParsing(false));
  }

  List<Endpoint> endpoints() {
    return List.of(ANY.from("/v1/proxy", NEED, this::forward));
  }

  /** The namespace isn't where other requests have it: the query belongs to the service. */
  private static boolean mayAsk(Grant grant, HttpRequest request) {
    ForwardedRequest forwarded = ForwardedRequest.of(request);
    return grant.allowsIn(forwarded.namespace(), Level.READ)
        && grant.allows(Resource.SERVICE, forwarded.service(), Level.READ);
  }

  private CompletionStage<HttpResponse> forward(HttpRequest request) {
    ForwardedRequest forwarded = ForwardedRequest.of(request);
    Client.of(request).body().stream();
    if (forwarded.service().isEmpty()) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST, "missing-service", "Name a service: /v1/proxy/SERVICE/.");
    }
    if (forwarded.cameThrough(via)) {
      throw new ApiError(
          StatusCodes.LOOP_DETECTED,
          "proxy-loop",
          "This request has been here before: '"
              + forwarded.service()
              + "' leads back to this node.");
    }
    if (forwarded.isWebSocket()) {
      throw new ApiError(
          StatusCodes.NOT_IMPLEMENTED,
          "websocket-not-supported",
          "The HTTP proxy does not support WebSockets; a TCP proxy does.");
    }
    if (underWay.incrementAndGet() > limits.maxRequests()) {
      underWay.decrementAndGet();
      throw new ApiError(
          StatusCodes.SERVICE_UNAVAILABLE,
          "overloaded",
          "This node has "
              + limits.maxRequests()
              + " proxied requests under way; try again a little later, or another node.");
    }
    return exchange(forwarded);
  }

  private CompletionStage<HttpResponse> exchange(ForwardedRequest forwarded) {
    String service = forwarded.service();
    HashKey where =
        balancer
            .table()
            .upstream(forwarded.namespace(), service)
            .map(Upstream::key)
            .orElse(HashKey.CLIENT);
    return connector
        .connect(forwarded.namespace(), service, null, forwarded.key(where))
        .whenComplete(
            (connection, failure) -> {
              if (failure == null) {
                connection.ended().thenRun(underWay::decrementAndGet);
              } else {
                underWay.decrementAndGet();
              }
            })
        .thenCompose(
            connection ->
                new ProxyExchange(system, limits.responseTimeout(), limits.idleTimeout(), pace)
                    .run(
                        forwarded.outgoing(shown(forwarded.request()), via),
                        connection,
                        client,
                        Patience.over(forwarded.request())))
        .exceptionally(
            failure -> {
              throw failed(service, failure);
            });
  }

  /** The secret between the client and the cluster, which no instance is to see. */
  private Secret shown(HttpRequest request) {
    return new Secret(Access.isRestricted(request) ? Access.secret(request) : token);
  }

  private ApiError failed(String service, Throwable failure) {
    Throwable cause = Futures.unwrap(failure);
    if (cause instanceof NoInstanceException nobody) {
      return BalanceRoutes.noInstance(nobody);
    } else if (cause instanceof ApiError error) {
      return error;
    } else if (cause instanceof ProxyExchange.ClientLeftException) {
      return new ApiError(
          StatusCodes.GATEWAY_TIMEOUT,
          "gateway-timeout",
          "You closed your side, and the instance of '" + service + "' was silent for a second.");
    } else if (cause instanceof TimeoutException) {
      return new ApiError(
          StatusCodes.GATEWAY_TIMEOUT,
          "gateway-timeout",
          "The instance of '"
              + service
              + "' has not begun to answer within "
              + limits.responseTimeout().toMillis()
              + " ms; it may still do what was asked.");
    }
    return new ApiError(
        StatusCodes.BAD_GATEWAY,
        "bad-gateway",
        "The instance of '"
            + service
            + "' took the request but ended the connection without a proper answer; it may have"
            + " done what was asked.");
  }
}
