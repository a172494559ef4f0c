package io.flotilla.http;

import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Page;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import io.flotilla.kv.Entry;
import io.flotilla.kv.Folding;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.LockOp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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

  /** Flotilla's own: the token that a lock holder passes as {@code ?fence=} with a write. */
  static final String FENCING_TOKEN = "X-Flotilla-Fencing-Token";

  private static final Set<String> GET_PARAMS =
      Set.of("raw", "recurse", "keys", "separator", "seperator");
  private static final Set<String> PUT_PARAMS =
      Set.of("flags", "cas", "acquire", "release", "fence");
  private static final Set<String> DELETE_PARAMS = Set.of("recurse", "cas", "fence");

  /** A raw value is user data: browsers must not render it as a page. */
  private static final List<HttpHeader> RAW_HEADERS =
      List.of(
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Content-Security-Policy", "sandbox"));

  private final EntityAnswers<KeySpaceState, KeySpaceDraft> store;

  KvRoutes(EntityAnswers<KeySpaceState, KeySpaceDraft> store) {
    this.store = store;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.from("/v1/kv", Need.inNamespace(Level.READ, KvRoutes::mayRead), this::read),
        PUT.from(
            "/v1/kv",
            Need.inNamespace(Level.WRITE, KvRoutes::mayWrite),
            MAX_VALUE_BYTES,
            this::write),
        DELETE.from("/v1/kv", Need.inNamespace(Level.WRITE, KvRoutes::mayDelete), this::remove));
  }

  /** What may not be read is left out of a list. */
  private static boolean mayRead(Grant grant, HttpRequest request) {
    Params params = Params.of(request, GET_PARAMS);
    return params.flag("keys")
        || params.flag("recurse")
        || grant.allows(Resource.KEY, key(request), Level.READ);
  }

  private static boolean mayWrite(Grant grant, HttpRequest request) {
    return grant.allows(Resource.KEY, key(request), Level.WRITE);
  }

  private static boolean mayDelete(Grant grant, HttpRequest request) {
    return Params.of(request, DELETE_PARAMS).flag("recurse")
        ? grant.allowsAll(Resource.KEY, key(request), Level.WRITE)
        : mayWrite(grant, request);
  }

  private CompletionStage<HttpResponse> read(HttpRequest request) {
    Params params = Params.of(request, GET_PARAMS);
    String key = key(request);
    if (params.flag("keys")) {
      String separator = params.text("separator").or(() -> params.text("seperator")).orElse("");
      return keys(request, params, key, separator);
    } else if (params.flag("recurse")) {
      return read(request, params, new KeyOp.ListEntries(key), KvRoutes::entries, Entry::key);
    }
    KeyOp.Get get = new KeyOp.Get(named(key));
    return read(request, params, get, params.flag("raw") ? null : KvRoutes::entries, Entry::key);
  }

  /** Who may not read all of them sees a folder if anything in it may be read. */
  private CompletionStage<HttpResponse> keys(
      HttpRequest request, Params params, String prefix, String separator) {
    boolean readsAll =
        Access.grant(request).map(g -> g.allowsAll(Resource.KEY, prefix, Level.READ)).orElse(true);
    if (separator.isEmpty() || readsAll) {
      KeyOp.ListKeys list = new KeyOp.ListKeys(prefix, separator);
      return read(request, params, list, KvRoutes::names, k -> k);
    }
    Folding folding = new Folding(prefix, separator);
    return read(
        request,
        params,
        new KeyOp.ListKeys(prefix, ""),
        keys -> names(folded(keys, folding)),
        k -> k);
  }

  private static KvResult.Keys folded(KvResult.Keys keys, Folding folding) {
    List<String> shown = new ArrayList<>();
    keys.items().forEach(key -> folding.add(key, shown));
    return keys.of(shown);
  }

  /**
   * @param json null: the raw value
   * @param name of an item: the key that has to be readable
   */
  private <E, L extends Result.Many<E>> CompletionStage<HttpResponse> read(
      HttpRequest request,
      Params params,
      Operation.Read<KeySpaceState, L> read,
      Function<L, byte[]> json,
      Function<E, String> name) {
    UnaryOperator<L> seen = list -> Access.readable(request, Resource.KEY, list, name);
    return store.begun(
        params,
        read,
        page ->
            found(
                request,
                params,
                new Page<>(seen.apply(page.list()), page.rest()),
                json == null ? null : json.compose(seen)));
  }

  private CompletionStage<HttpResponse> write(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, PUT_PARAMS);
    params.atMostOneOf("cas", "acquire", "release");
    String key = named(key(request));
    byte[] value = body.getData().toArrayUnsafe();
    long flags = params.unsigned("flags");
    RequestId id = Requests.id(request, body);
    if (params.has("acquire")) {
      params.atMostOneOf("acquire", "fence");
      String session = params.named("acquire", "a session");
      return store
          .write(params, new LockOp.Acquire(key, value, flags, session), id)
          .thenApply(lock -> fenced(done(lock.ok(), lock.index()), lock.fence()));
    } else if (params.has("release")) {
      params.atMostOneOf("release", "fence");
      String session = params.named("release", "a session");
      return submit(params, new LockOp.Release(key, value, flags, session), id);
    }
    return submit(params, new KeyOp.Put(key, value, flags, params.index("cas"), fence(params)), id);
  }

  private CompletionStage<HttpResponse> remove(HttpRequest request) {
    Params params = Params.of(request, DELETE_PARAMS);
    params.atMostOneOf("recurse", "cas");
    params.atMostOneOf("recurse", "fence");
    RequestId id = Requests.id(request);
    return params.flag("recurse")
        ? submit(params, new KeyOp.DeleteTree(key(request)), id)
        : submit(
            params, new KeyOp.Delete(named(key(request)), params.index("cas"), fence(params)), id);
  }

  private static long fence(Params params) {
    OptionalLong fence = params.index("fence");
    if (fence.isPresent() && fence.getAsLong() == 0) {
      throw ApiError.badParameter("'fence' must be a token returned by an acquire, at least 1.");
    }
    return fence.orElse(0);
  }

  private CompletionStage<HttpResponse> submit(
      Params params, Operation.Write<KeySpaceDraft, Result.Done> write, RequestId id) {
    return store.write(params, write, id).thenApply(done -> done(done.ok(), done.index()));
  }

  // ---- answers

  private static HttpResponse done(boolean ok, long index) {
    return ConsulHeaders.fresh(Json.ok(ok ? TRUE : FALSE), index);
  }

  /** Answers with the entries or keys found. */
  private <L extends Result.Many<?>> HttpResponse found(
      HttpRequest request, Params params, Page<L> page, Function<L, byte[]> json) {
    L list = page.list();
    Answers.roomFor(json == null ? list.bytes() : list.bytes() / 3 * 4, Client.of(request));
    Entry only =
        list instanceof KvResult.Entries e && e.items().size() == 1 ? e.items().get(0) : null;
    HttpResponse response;
    if (page.rest() == null && list.items().isEmpty() && !isWholeList(request, params)) {
      response = HttpResponse.create().withStatus(StatusCodes.NOT_FOUND);
    } else if (json == null) {
      response = raw(only);
    } else {
      response = store.paged(params, page, json);
    }
    return fenced(response, only == null ? 0 : only.fence());
  }

  /** Of the keys of the root there is always a list, if an empty one. */
  private static boolean isWholeList(HttpRequest request, Params params) {
    return params.flag("keys") && key(request).isEmpty();
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

  private static byte[] entries(KvResult.Entries found) {
    return Json.bytes(json -> CatalogJson.list(json, found.items(), EntryJson::write));
  }

  private static byte[] names(KvResult.Keys found) {
    return Json.bytes(json -> CatalogJson.list(json, found.items(), JsonGenerator::writeString));
  }

  // ---- questions

  private static String key(HttpRequest request) {
    String key = RequestTarget.name(request, "/v1/kv");
    if (KeyOp.keyBytes(key) > MAX_KEY_BYTES) {
      throw new ApiError(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "key-too-long",
          "A key has at most " + MAX_KEY_BYTES + " bytes.");
    }
    return key;
  }

  private static String named(String key) {
    if (key.isEmpty()) {
      throw new ApiError(StatusCodes.BAD_REQUEST, "missing-key", "Missing key name: /v1/kv/KEY.");
    }
    return key;
  }
}
