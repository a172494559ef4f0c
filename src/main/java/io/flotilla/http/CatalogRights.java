package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.Check;
import io.flotilla.registry.Node;
import io.flotilla.registry.NodeOp;
import io.flotilla.registry.Service;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whether whoever asks may register and deregister what somebody else looks after, by Consul's
 * rules: they depend on what is there, which is looked up before the change.
 */
final class CatalogRights {
  private final CatalogAnswers catalog;

  CatalogRights(CatalogAnswers catalog) {
    this.catalog = catalog;
  }

  /** Who adds a service repeats its node; only who changes the node needs to write nodes. */
  CompletionStage<Void> toRegister(NodeOp.Register register, Params params, HttpRequest request) {
    if (!Access.isRestricted(request)) {
      return CompletableFuture.completedFuture(null);
    }
    String node = register.node().name();
    return catalog
        .ask(params, new CatalogRead.RegisteredOn(node), Wait.NOT)
        .thenAccept(there -> requireToRegister(register, there, request))
        .thenCompose(may -> toReplace(register.checks(), params, request));
  }

  /** Unlike Consul's: whoever adds a check must not take away one of others that has its id. */
  private CompletionStage<Void> toReplace(List<Check> checks, Params params, HttpRequest request) {
    CompletionStage<Void> may = CompletableFuture.completedFuture(null);
    for (Check check : checks) {
      may = may.thenCompose(before -> toChange(check.key().node(), check.id(), params, request));
    }
    return may;
  }

  private CompletionStage<Void> toChange(
      String node, String checkId, Params params, HttpRequest request) {
    return catalog
        .ask(params, new CatalogRead.CheckOn(node, checkId), Wait.NOT)
        .thenAccept(
            found -> found.items().forEach(check -> AgentRights.requireCheck(request, check)));
  }

  private static void requireToRegister(
      NodeOp.Register register, CatalogResult.NodeServices there, HttpRequest request) {
    if (changesNode(register, there.node())) {
      Access.require(request, Resource.NODE, register.node().name(), Level.WRITE);
    }
    Service service = register.service();
    if (service != null) {
      writes(request, service);
      withId(there, service.id()).ifPresent(old -> writes(request, old));
    }
    for (Check check : register.checks()) {
      if (check.isOfNode()) {
        Access.require(request, Resource.NODE, register.node().name(), Level.WRITE);
      } else if (service == null || !service.id().equals(check.serviceId())) {
        withId(there, check.serviceId()).ifPresent(of -> writes(request, of));
      }
    }
  }

  private static boolean changesNode(NodeOp.Register register, Node there) {
    boolean stays =
        there != null
            && (there.member() || register.skipNodeUpdate() || register.node().isSameAs(there));
    return !stays;
  }

  private static Optional<Service> withId(CatalogResult.NodeServices there, String id) {
    return there.items().stream().filter(s -> s.id().equals(id)).findAny();
  }

  private static void writes(HttpRequest request, Service service) {
    Access.require(request, Resource.SERVICE, service.name(), Level.WRITE);
  }

  /** Who may write the node may remove anything there; else it depends on what is removed. */
  CompletionStage<Void> toDeregister(
      NodeOp.Deregister deregister, Params params, HttpRequest request) {
    if (Access.may(request, Resource.NODE, deregister.node(), Level.WRITE)) {
      return CompletableFuture.completedFuture(null);
    } else if (deregister.serviceId() != null) {
      return catalog
          .ask(params, new CatalogRead.RegisteredOn(deregister.node()), Wait.NOT)
          .thenAccept(
              there ->
                  writes(
                      request, withId(there, deregister.serviceId()).orElseThrow(Access::denied)));
    } else if (deregister.checkId() != null) {
      return catalog
          .ask(params, new CatalogRead.CheckOn(deregister.node(), deregister.checkId()), Wait.NOT)
          .thenAccept(
              found ->
                  AgentRights.requireCheck(
                      request, found.items().stream().findAny().orElseThrow(Access::denied)));
    }
    throw Access.denied();
  }
}
