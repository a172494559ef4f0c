package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Level;
import io.flotilla.async.Futures;
import io.flotilla.entity.Page;
import io.flotilla.entity.RequestId;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.CatalogResult.Transacted;
import io.flotilla.registry.CatalogTxn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Transactions on nodes, services and checks. */
final class CatalogTransactions {
  private final CatalogAnswers catalog;
  private final CatalogRights rights;

  CatalogTransactions(CatalogAnswers catalog) {
    this.catalog = catalog;
    this.rights = new CatalogRights(catalog);
  }

  ClientLimits clients() {
    return catalog.clients();
  }

  CompletionStage<HttpResponse> submit(
      HttpRequest request, Params params, CatalogTxn txn, RequestId id) {
    return denied(request, params, txn.steps())
        .thenCompose(
            denied ->
                denied.isEmpty()
                    ? catalog
                        .writeList(params, txn, id)
                        .thenApply(page -> answer(request, params, page))
                    : CompletableFuture.completedFuture(TxnRoutes.failed(denied)));
  }

  /** What is only read, and must not be, is left out of the answer. */
  private CompletionStage<List<TxnRoutes.Failure>> denied(
      HttpRequest request, Params params, List<CatalogTxn.Step> steps) {
    CompletionStage<List<TxnRoutes.Failure>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (int i = 0; i < steps.size(); i++) {
      int place = i;
      all =
          all.thenCompose(
              denied ->
                  may(request, params, steps.get(place))
                      .thenApply(may -> may ? denied : with(denied, place)));
    }
    return all;
  }

  private static List<TxnRoutes.Failure> with(List<TxnRoutes.Failure> denied, int place) {
    denied.add(new TxnRoutes.Failure(place, "Permission denied"));
    return denied;
  }

  /** As for the same change made by itself. */
  private CompletionStage<Boolean> may(HttpRequest request, Params params, CatalogTxn.Step step) {
    boolean writes = !(step instanceof CatalogTxn.Get);
    if (writes
        && !Access.grant(request)
            .map(grant -> grant.allowsIn(params.namespace(), Level.WRITE))
            .orElse(true)) {
      return CompletableFuture.completedFuture(false);
    }
    CompletionStage<Void> may;
    try {
      may =
          step instanceof CatalogTxn.Set set
              ? rights.toRegister(set.register(), params, request)
              : step instanceof CatalogTxn.Delete delete
                  ? rights.toDeregister(delete.deregister(), params, request)
                  : CompletableFuture.completedFuture(null);
    } catch (ApiError e) {
      may = CompletableFuture.failedFuture(e);
    }
    return may.handle((done, failure) -> failure == null || !isDenied(failure));
  }

  private static boolean isDenied(Throwable failure) {
    if (Futures.unwrap(failure) instanceof ApiError e && e.code().equals(Access.DENIED)) {
      return true;
    }
    throw new CompletionException(failure);
  }

  private HttpResponse answer(HttpRequest request, Params params, Page<Transacted> page) {
    Transacted result = page.list();
    HttpResponse response =
        result.failures().isEmpty()
            ? catalog.paged(
                params,
                page,
                run ->
                    TxnRoutes.done(Access.seen(request, run, Visible::item).items(), this::write))
            : TxnRoutes.failed(
                result.failures().stream()
                    .map(f -> new TxnRoutes.Failure(f.step(), f.message()))
                    .toList());
    return ConsulHeaders.fresh(response, result.index());
  }

  private void write(JsonGenerator json, CatalogResult.Item item) throws IOException {
    if (item.node() != null) {
      json.writeFieldName("Node");
      CatalogJson.node(json, item.node());
    } else if (item.service() != null) {
      json.writeFieldName("Service");
      CatalogJson.service(json, item.service());
    } else if (item.check() != null) {
      json.writeFieldName("Check");
      CatalogJson.check(json, item.check());
    }
  }
}
