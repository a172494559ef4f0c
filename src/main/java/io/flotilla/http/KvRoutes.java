package io.flotilla.http;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.delete;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.extractStrictEntity;
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
import io.flotilla.kv.Entry;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.LocalReplicas;
import io.flotilla.kv.Op;
import io.flotilla.kv.Result;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
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
  static final String REQUEST_ID = "X-Flotilla-Request-Id";
  private static final int MAX_REQUEST_ID = 128;

  private static final Set<String> GET_PARAMS =
      Set.of("raw", "recurse", "keys", "separator", "seperator");
  private static final Set<String> PUT_PARAMS = Set.of("flags", "cas");
  private static final Set<String> DELETE_PARAMS = Set.of("recurse", "cas");

  /** A raw value is somebody's data: no browser may take it for a page. */
  private static final List<HttpHeader> RAW_HEADERS =
      List.of(
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Content-Security-Policy", "sandbox"));

  private final KeyValueStore store;
  private final LocalReplicas replicas;
  private final Executor executor;
  private final Duration timeout;
  private final FiniteDuration bodyTimeout;

  KvRoutes(KeyValueStore store, LocalReplicas replicas, Executor executor, Duration timeout) {
    this.store = store;
    this.replicas = replicas;
    this.executor = executor;
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
                        extractStrictEntity(
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
    Duration wait = minIndex > 0 ? withJitter(params.waitTime()) : Duration.ZERO;
    boolean raw = params.flag("raw") && !keys && !list;
    if (params.flag("stale") && minIndex == 0) {
      return CompletableFuture.supplyAsync(() -> stale(params.namespace(), op, raw), executor);
    }
    return store
        .submit(params.namespace(), op, timeout, wait)
        .thenApply(result -> answer(result, raw));
  }

  private static Op.Read question(
      Params params, String key, boolean list, boolean keys, long minIndex) {
    if (keys) {
      String separator = params.text("separator").or(() -> params.text("seperator")).orElse("");
      return new Op.ListKeys(key, separator, minIndex);
    }
    return list ? new Op.ListEntries(key, minIndex) : new Op.Get(named(key), minIndex);
  }

  /** From this node's own copy, also when it is cut off from the others. */
  private HttpResponse stale(String namespace, Op.Read op, boolean raw) {
    LocalReplicas.Stale stale = replicas.query(namespace, op);
    return ConsulHeaders.stale(answer(stale.result(), raw), stale.leaderContactMillis());
  }

  /** Up to a sixteenth more, so that many watchers do not all come back at once. */
  private static Duration withJitter(Duration wait) {
    return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 16 + 1));
  }

  private CompletionStage<HttpResponse> write(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, PUT_PARAMS);
    byte[] value = body.getData().toArrayUnsafe();
    Op op =
        new Op.Put(
            named(key(request)),
            value,
            params.unsigned("flags"),
            params.index("cas"),
            requestId(request));
    return submit(params, op);
  }

  private CompletionStage<HttpResponse> remove(HttpRequest request) {
    Params params = Params.of(request, DELETE_PARAMS);
    OptionalLong cas = params.index("cas");
    if (params.flag("recurse")) {
      if (cas.isPresent()) {
        throw ApiError.badParameter("'recurse' and 'cas' exclude one another.");
      }
      return submit(params, new Op.DeleteTree(key(request), requestId(request)));
    }
    return submit(params, new Op.Delete(named(key(request)), cas, requestId(request)));
  }

  private CompletionStage<HttpResponse> submit(Params params, Op op) {
    return store.submit(params.namespace(), op, timeout).thenApply(result -> answer(result, false));
  }

  // ---- answers

  private static HttpResponse answer(Result result, boolean raw) {
    if (result instanceof Result.Done done) {
      return ConsulHeaders.fresh(Json.ok(done.ok() ? TRUE : FALSE), done.index());
    } else if (result instanceof Result.Entries found) {
      HttpResponse response =
          found.entries().isEmpty()
              ? HttpResponse.create().withStatus(StatusCodes.NOT_FOUND)
              : raw ? raw(found.entries().get(0)) : Json.ok(Json.bytes(j -> write(j, found)));
      return ConsulHeaders.fresh(response, found.index());
    } else if (result instanceof Result.Keys found) {
      HttpResponse response =
          found.keys().isEmpty()
              ? HttpResponse.create().withStatus(StatusCodes.NOT_FOUND)
              : Json.ok((Object) found.keys());
      return ConsulHeaders.fresh(response, found.index());
    }
    throw ApiError.of((Result.Refused) result);
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private static HttpResponse raw(Entry entry) {
    return HttpResponse.create()
        .withEntity(ContentTypes.TEXT_PLAIN_UTF8, entry.value())
        .addHeaders(RAW_HEADERS);
  }

  private static void write(JsonGenerator json, Result.Entries found) throws IOException {
    json.writeStartArray();
    for (Entry entry : found.entries()) {
      json.writeStartObject();
      json.writeNumberField("LockIndex", entry.lockIndex());
      json.writeStringField("Key", entry.key());
      writeUnsigned(json, "Flags", entry.flags());
      if (entry.value().length == 0) {
        json.writeNullField("Value");
      } else {
        json.writeBinaryField("Value", entry.value());
      }
      json.writeNumberField("CreateIndex", entry.createIndex());
      json.writeNumberField("ModifyIndex", entry.modifyIndex());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeUnsigned(JsonGenerator json, String name, long value)
      throws IOException {
    json.writeFieldName(name);
    if (value >= 0) {
      json.writeNumber(value);
    } else {
      json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    }
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

  private static String requestId(HttpRequest request) {
    return request
        .getHeader(REQUEST_ID)
        .map(HttpHeader::value)
        .map(
            id -> {
              if (id.isEmpty() || id.length() > MAX_REQUEST_ID) {
                throw ApiError.badParameter(
                    REQUEST_ID + " must have 1 to " + MAX_REQUEST_ID + " characters.");
              }
              return id;
            })
        .orElse(null);
  }
}
