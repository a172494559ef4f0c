package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CheckEntry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Whether whoever asks may change what has an id: that depends on the name behind it. As in Consul,
 * it is looked up before the change; if there is nothing yet, nothing is in the way.
 */
final class AgentRights {
  private final CatalogAnswers catalog;
  private final String at;

  AgentRights(CatalogAnswers catalog, String at) {
    this.catalog = catalog;
    this.at = at;
  }

  /** Fails if the service must not be changed. */
  CompletionStage<Void> toChangeService(String id, Params params, HttpRequest request) {
    return each(
        request,
        params,
        new CatalogRead.AgentServices(id, at),
        entry -> Access.require(request, Resource.SERVICE, entry.service().name(), Level.WRITE));
  }

  /** Fails if the check must not be changed. */
  CompletionStage<Void> toChangeCheck(String id, Params params, HttpRequest request) {
    return each(
        request, params, new CatalogRead.AgentCheck(id, at), check -> requireCheck(request, check));
  }

  /** It belongs to its service, or to its node. */
  static void requireCheck(HttpRequest request, CheckEntry check) {
    if (check.serviceName().isEmpty()) {
      Access.require(request, Resource.NODE, check.node(), Level.WRITE);
    } else {
      Access.require(request, Resource.SERVICE, check.serviceName(), Level.WRITE);
    }
  }

  private <E, L extends Result.Many<E>> CompletionStage<Void> each(
      HttpRequest request, Params params, CatalogRead<L> read, Consumer<E> required) {
    return Access.isRestricted(request)
        ? catalog.ask(params, read, Wait.NOT).thenAccept(found -> found.items().forEach(required))
        : CompletableFuture.completedFuture(null);
  }
}
