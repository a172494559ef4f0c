package io.flotilla.http;

import static io.flotilla.http.Endpoints.ANY;
import static io.flotilla.http.Endpoints.PUT;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.acl.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code agent/token/KIND}
 * (https://developer.hashicorp.com/consul/api-docs/agent#update-acl-tokens): the tokens by which
 * Consul's agent does things itself. A node needs none for that, so those can be given; the others
 * would let somebody else do something, and are refused.
 */
final class AgentTokenRoutes {
  private static final String PATH = "/v1/agent/token";

  private static final Set<String> OF_ITS_OWN_DOINGS =
      Set.of("agent", "acl_agent_token", "replication", "acl_replication_token");

  /** For requests without a token, and for those that no server can decide. */
  private static final Set<String> OF_OTHERS =
      Set.of("default", "acl_token", "agent_master", "acl_agent_master_token");

  private AgentTokenRoutes() {}

  static List<Endpoint> off() {
    return List.of(
        ANY.from(
            PATH,
            Need.NOTHING,
            now(
                request -> {
                  throw AclRoutes.disabled();
                })));
  }

  /**
   * @param self this node's name
   */
  static List<Endpoint> endpoints(String self) {
    return List.of(
        PUT.under(
            PATH,
            Need.ofAgent(() -> self, Level.WRITE),
            AclBody.MAX_BYTES,
            AgentTokenRoutes::update));
  }

  private static CompletionStage<HttpResponse> update(
      String kind, HttpRequest request, HttpEntity.Strict entity) {
    Params.of(request, Set.of());
    boolean given = JsonBody.object(entity).isGiven("Token");
    if (!OF_ITS_OWN_DOINGS.contains(kind) && !OF_OTHERS.contains(kind)) {
      throw new ApiError(
          StatusCodes.NOT_FOUND, "unknown-token", "Token \"" + kind + "\" is unknown");
    } else if (given && OF_OTHERS.contains(kind)) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR,
          "not-supported",
          "Token \""
              + kind
              + "\" can't be set: here a request has the rights of its own token only");
    }
    return CompletableFuture.completedFuture(HttpResponse.create());
  }
}
