package io.flotilla.http;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.delete;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.get;
import static akka.http.javadsl.server.Directives.put;
import static akka.http.javadsl.server.Directives.withSizeLimit;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.Route;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Result;
import io.flotilla.kv.Entry;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.Op;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.DurationConverters;

/**
 * {@code /v1/kv/KEY}: Consul's key-value store
 * (https://developer.hashicorp.com/consul/api-docs/kv).
 *
 * <p>Keys have at most 4,096 bytes of UTF-8, values at most 524,288 bytes. Reads are linearizable,
 * {@code ?consistent} or not, unless {@code ?stale} asks for this node's own copy.
 */
final class KvRoutes {
  static final int MAX_VALUE_BYTES = 512 * 1024;
  static final int MAX_KEY_BYTES = 4096;

  /** Flotilla's own: what a holder shows with a guarded write, {@code ?fence=}. */
  static final String FENCING_TOKEN = "X-Flotilla-Fencing-Token";

  private static final Set<String> GET_PARAMS =
      Set.of("raw", "recurse", "keys", "separator", "seperator");
  private static final Set<String> PUT_PARAMS =
      Set.of("flags", "cas", "acquire", "release", "fence");
  private static final Set<String> DELETE_PARAMS = Set.of("recurse", "cas", "fence");

  /** A raw value is somebody's data: no browser may take it for a page. */
  private static final List<HttpHeader> RAW_HEADERS =
      List.of(
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Content-Security-Policy", "sandbox"));

  private final KeyValueStore store;
  private final LocalReads<Op.Read> copies;
  private final Duration timeout;
  private final FiniteDuration bodyTimeout;

  KvRoutes(KeyValueStore store, LocalReads<Op.Read> copies, Duration timeout) {
    this.store = store;
    this.copies = copies;
    this.timeout = timeout;
    this.bodyTimeout = DurationConverters.toScala(timeout);
  }

  Route routes() {
    return concat(
        get(() -> extractRequest(request -> completeWithFuture(read(request)))),
        put(
            () ->
                withSizeLimit(
                    MAX_VALUE_BYTES,
                    () ->
                        Bodies.strict(
                            bodyTimeout,
                            MAX_VALUE_BYTES,
                            body ->
                                extractRequest(
                                    request -> completeWithFuture(write(request, body)))))),
        delete(() -> extractRequest(request -> completeWithFuture(remove(request)))));
  }

  private CompletionStage<HttpResponse> read(HttpRequest request) {
    Params params = Params.of(request, GET_PARAMS);
    String key = key(request);
    boolean list = params.flag("recurse");
    boolean keys = params.flag("keys");
    long minIndex = params.minIndex();
    Op.Read op = question(params, key, list, keys, minIndex);
    boolean raw = params.flag("raw") && !keys && !list;
    if (params.flag("stale")) {
      // From this node's own copy, also when it is cut off from the others.
      return copies
          .ask(params.namespace(), op, Requests.wait(params))
          .thenApply(
              stale ->
                  ConsulHeaders.stale(
                      found(request, params, stale.result(), raw), stale.contact()));
    }
    return store
        .begin(params.namespace(), op, timeout, Requests.wait(params))
        .thenApply(result -> found(request, params, result, raw));
  }

  private static Op.Read question(
      Params params, String key, boolean list, boolean keys, long minIndex) {
    if (keys) {
      String separator = params.text("separator").or(() -> params.text("seperator")).orElse("");
      return new Op.ListKeys(key, separator, minIndex);
    }
    return list ? new Op.ListEntries(key, minIndex) : new Op.Get(named(key), minIndex);
  }

  private CompletionStage<HttpResponse> write(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, PUT_PARAMS);
    params.atMostOneOf("cas", "acquire", "release");
    String key = named(key(request));
    byte[] value = body.getData().toArrayUnsafe();
    long flags = params.unsigned("flags");
    String id = Requests.requestId(request);
    Op op;
    if (params.has("acquire")) {
      params.atMostOneOf("acquire", "fence");
      op = new Op.Acquire(key, value, flags, params.named("acquire", "a session"), id);
    } else if (params.has("release")) {
      params.atMostOneOf("release", "fence");
      op = new Op.Release(key, value, flags, params.named("release", "a session"), id);
    } else {
      op = new Op.Put(key, value, flags, params.index("cas"), fence(params), id);
    }
    return submit(params, op);
  }

  private CompletionStage<HttpResponse> remove(HttpRequest request) {
    Params params = Params.of(request, DELETE_PARAMS);
    params.atMostOneOf("recurse", "cas");
    params.atMostOneOf("recurse", "fence");
    String id = Requests.requestId(request);
    return params.flag("recurse")
        ? submit(params, new Op.DeleteTree(key(request), id))
        : submit(
            params, new Op.Delete(named(key(request)), params.index("cas"), fence(params), id));
  }

  private static long fence(Params params) {
    OptionalLong fence = params.index("fence");
    if (fence.isPresent() && fence.getAsLong() == 0) {
      throw ApiError.badParameter("'fence' must be a token that an acquire answered, from 1.");
    }
    return fence.orElse(0);
  }

  private CompletionStage<HttpResponse> submit(Params params, Op op) {
    return store.submit(params.namespace(), op, timeout).thenApply(KvRoutes::done);
  }

  // ---- answers

  private static HttpResponse done(Result result) {
    if (result instanceof Result.Done done) {
      return ConsulHeaders.fresh(Json.ok(done.ok() ? TRUE : FALSE), done.index());
    } else if (result instanceof KvResult.Acquired lock) {
      return ConsulHeaders.fresh(fenced(Json.ok(TRUE), lock.fence()), lock.index());
    }
    throw ApiError.of((Result.Refused) result);
  }

  /** What a read found: entries or keys. */
  private HttpResponse found(HttpRequest request, Params params, Result result, boolean raw) {
    if (result instanceof Result.Refused refused) {
      throw ApiError.of(refused);
    }
    Result.Many<?> run = Pages.run(result);
    Answers.roomFor(raw ? run.bytes() : run.bytes() / 3 * 4, Client.of(request));
    Entry only =
        result instanceof KvResult.Entries e && e.items().size() == 1 ? e.items().get(0) : null;
    HttpResponse response;
    if (result == run && run.items().isEmpty()) {
      response = HttpResponse.create().withStatus(StatusCodes.NOT_FOUND);
    } else if (raw) {
      response = raw(only);
    } else {
      response =
          new Pages(KvRoutes::json, rest -> store.more(params.namespace(), rest, timeout))
              .answer(result);
    }
    return ConsulHeaders.fresh(fenced(response, only == null ? 0 : only.fence()), run.index());
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private static HttpResponse fenced(HttpResponse response, long fence) {
    return fence == 0
        ? response
        : response.addHeader(RawHeader.create(FENCING_TOKEN, Long.toString(fence)));
  }

  private static HttpResponse raw(Entry entry) {
    return HttpResponse.create()
        .withEntity(ContentTypes.TEXT_PLAIN_UTF8, entry.value())
        .addHeaders(RAW_HEADERS);
  }

  private static byte[] json(Result.Many<?> run) {
    return Json.bytes(
        json -> {
          if (run instanceof KvResult.Entries found) {
            CatalogJson.list(json, found.items(), EntryJson::write);
          } else {
            CatalogJson.list(json, ((KvResult.Keys) run).items(), JsonGenerator::writeString);
          }
        });
  }

  // ---- questions

  private static String key(HttpRequest request) {
    String key = Paths.behind(request, "/v1/kv");
    if (Op.keyBytes(key) > MAX_KEY_BYTES) {
      throw new ApiError(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "key-too-long",
          "A key has at most " + MAX_KEY_BYTES + " bytes.");
    }
    return key;
  }

  private static String named(String key) {
    if (key.isEmpty()) {
      throw new ApiError(StatusCodes.BAD_REQUEST, "missing-key", "Name a key: /v1/kv/KEY.");
    }
    return key;
  }
}
