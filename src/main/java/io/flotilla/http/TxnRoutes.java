package io.flotilla.http;

import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Page;
import io.flotilla.entity.RequestId;
import io.flotilla.kv.Entry;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.Txn;
import io.flotilla.kv.TxnOp;
import io.flotilla.registry.CatalogTxn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code PUT /v1/txn}: up to 128 operations, all done or none
 * (https://developer.hashicorp.com/consul/api-docs/txn). They are on keys, or else on nodes,
 * services and checks: the two are stored apart.
 */
final class TxnRoutes {
  /** Limit of the whole body; each value also has its usual limit. */
  private static final int MAX_BODY_BYTES = 1024 * 1024;

  private final EntityAnswers<KeySpaceState, KeySpaceDraft> store;
  private final CatalogTransactions catalog;

  TxnRoutes(EntityAnswers<KeySpaceState, KeySpaceDraft> store, CatalogTransactions catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  List<Endpoint> endpoints() {
    return List.of(PUT.at("/v1/txn", Need.LISTS, MAX_BODY_BYTES, this::submit));
  }

  private CompletionStage<HttpResponse> submit(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of());
    List<JsonBody> items = JsonBody.array(body);
    if (items.size() > Txn.MAX_OPS) {
      throw new ApiError(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "too-many-operations",
          "Transaction contains too many operations (" + items.size() + " > 128).");
    }
    RequestId id = Requests.id(request, body);
    long onKeys = items.stream().filter(item -> item.has("KV")).count();
    if (onKeys == 0 && !items.isEmpty()) {
      return catalog.submit(request, params, new CatalogTxn(steps(request, items)), id);
    } else if (onKeys < items.size() && items.stream().allMatch(TxnRoutes::isKnown)) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST,
          "mixed-transaction",
          "Keys are stored apart from nodes, services and checks: operations on both can't be done"
              + " together or not at all. Make two transactions of them.");
    }
    List<TxnOp> ops = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      ops.add(operation(i, items.get(i)));
    }
    return onKeys(request, params, ops, id);
  }

  private static boolean isKnown(JsonBody item) {
    return item.has("KV") || CatalogTxnBody.KINDS.stream().anyMatch(item::has);
  }

  private List<CatalogTxn.Step> steps(HttpRequest request, List<JsonBody> items) {
    CatalogTxnBody reader = CatalogTxnBody.of(Client.of(request), catalog.clients());
    List<CatalogTxn.Step> steps = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      JsonBody item = items.get(i);
      String kind =
          CatalogTxnBody.KINDS.stream().filter(item::has).findFirst().orElseThrow(unknown(i, item));
      steps.add(reader.step(kind, item.child(kind)));
    }
    return steps;
  }

  private CompletionStage<HttpResponse> onKeys(
      HttpRequest request, Params params, List<TxnOp> ops, RequestId id) {
    List<Failure> denied =
        Access.grant(request)
            .map(grant -> denied(grant, params.namespace(), ops))
            .orElse(List.of());
    if (!denied.isEmpty()) {
      return CompletableFuture.completedFuture(failed(denied));
    }
    return store
        .writeList(params, new Txn(ops), id)
        .thenApply(page -> answer(request, params, page));
  }

  /** What is only read, and must not be, is left out of the answer. */
  private static List<Failure> denied(Grant grant, String namespace, List<TxnOp> ops) {
    List<Failure> errors = new ArrayList<>();
    for (int i = 0; i < ops.size(); i++) {
      TxnOp op = ops.get(i);
      boolean may =
          switch (op.verb()) {
            case GET, GET_TREE, GET_OR_EMPTY -> true;
            case CHECK_INDEX, CHECK_SESSION -> grant.allows(Resource.KEY, op.key(), Level.READ);
            case DELETE_TREE ->
                grant.allowsAll(Resource.KEY, op.key(), Level.WRITE)
                    && grant.allowsIn(namespace, Level.WRITE);
            default ->
                grant.allows(Resource.KEY, op.key(), Level.WRITE)
                    && grant.allowsIn(namespace, Level.WRITE);
          };
      if (!may) {
        errors.add(new Failure(i, "Permission denied"));
      }
    }
    return errors;
  }

  private static TxnOp operation(int place, JsonBody item) {
    JsonBody op = item.child("KV");
    if (op == null) {
      throw unknown(place, item).get();
    }
    TxnOp.Verb verb = TxnOp.Verb.of(op.text("Verb"));
    if (verb == null) {
      throw bad(place, "has an unknown Verb '" + op.text("Verb") + "'");
    }
    String key = op.text("Key");
    boolean tree = verb == TxnOp.Verb.GET_TREE || verb == TxnOp.Verb.DELETE_TREE;
    if (key.isEmpty() && !tree) {
      throw bad(place, "must have a Key");
    }
    if (KeyOp.keyBytes(key) > KvRoutes.MAX_KEY_BYTES) {
      throw new ApiError(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "key-too-long",
          "Operation " + place + ": a key has at most " + KvRoutes.MAX_KEY_BYTES + " bytes.");
    }
    return new TxnOp(
        verb,
        key,
        value(place, op),
        op.unsigned("Flags"),
        op.unsigned("Index"),
        op.text("Session"));
  }

  private static Supplier<ApiError> unknown(int place, JsonBody item) {
    return () ->
        bad(place, "must have the field KV, Node, Service or Check; it has " + item.names());
  }

  private static byte[] value(int place, JsonBody op) {
    byte[] value;
    try {
      value = Base64.getDecoder().decode(op.text("Value"));
    } catch (IllegalArgumentException e) {
      throw bad(place, "has a Value that is not Base64");
    }
    if (value.length > KvRoutes.MAX_VALUE_BYTES) {
      throw new ApiError(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "body-too-large",
          "Operation "
              + place
              + ": the value is too large ("
              + value.length
              + " > "
              + KvRoutes.MAX_VALUE_BYTES
              + " bytes).");
    }
    return value;
  }

  private static ApiError bad(int place, String what) {
    return new ApiError(
        StatusCodes.BAD_REQUEST, "bad-operation", "Operation " + place + " " + what + ".");
  }

  private HttpResponse answer(HttpRequest request, Params params, Page<KvResult.TxnResult> page) {
    KvResult.TxnResult result = page.list();
    HttpResponse response =
        result.errors().isEmpty()
            ? store.paged(
                params, page, run -> done(readable(request, run).items(), TxnRoutes::write))
            : failed(result.errors().stream().map(e -> new Failure(e.op(), e.message())).toList());
    return ConsulHeaders.fresh(response, result.index());
  }

  private static KvResult.TxnResult readable(HttpRequest request, KvResult.TxnResult run) {
    return Access.readable(request, Resource.KEY, run, Entry::key);
  }

  static HttpResponse failed(List<Failure> errors) {
    return Json.ok(new Failed(null, errors)).withStatus(StatusCodes.CONFLICT);
  }

  private static void write(JsonGenerator json, Entry entry) throws IOException {
    json.writeFieldName("KV");
    EntryJson.write(json, entry);
  }

  /**
   * @param item writes the field that has one
   */
  static <T> byte[] done(List<T> items, CatalogJson.Item<T> item) {
    return Json.bytes(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("Results");
          for (T each : items) {
            json.writeStartObject();
            item.write(json, each);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeNullField("Errors");
          json.writeEndObject();
        });
  }

  /**
   * @param results always null, for clients that look for it
   */
  private record Failed(
      @JsonProperty("Results") Object results, @JsonProperty("Errors") List<Failure> errors) {}

  /**
   * @param op the operation's place in the transaction, from 0
   */
  record Failure(@JsonProperty("OpIndex") int op, @JsonProperty("What") String what) {}
}
