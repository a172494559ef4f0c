package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.util.ByteString;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.kv.ChangeFeeds;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.KvEvent;
import io.flotilla.kv.Watcher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/watch?prefix=P&index=N}: every change under the prefix after the index, once and
 * in order, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * <p>Events: {@code start} with the index after which every change follows; {@code change}, whose
 * id is the change's index, so that a browser's EventSource resumes by itself with {@code
 * Last-Event-ID}; {@code compacted} with the oldest index that can be resumed from, when changes
 * after N are no longer kept; {@code slow} when the watcher reads more slowly than changes arrive.
 * The last two end the stream. While nothing happens, a comment is sent every 10 s. Without an
 * index the watch starts now. {@code sessions} adds sessions, for the empty prefix only.
 */
final class WatchRoutes {
  private static final String SLOW =
      "You read more slowly than changes arrive: watch again from the last index you saw.";

  private static final Set<String> PARAMS = Set.of("prefix", "sessions");

  private final ActorSystem<?> system;
  private final PendingEvents pending;
  private final ChangeFeeds<ByteString> feeds;

  WatchRoutes(ActorSystem<?> system, KeyValueStore store, PendingEvents pending) {
    this.system = system;
    this.pending = pending;
    this.feeds = new ChangeFeeds<>(system, store, WatchRoutes::events);
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/watch", Need.inNamespace(Level.READ, WatchRoutes::mayWatch), now(this::watch)));
  }

  /** All under the prefix: a change that is left out would be one that nobody can know of. */
  private static boolean mayWatch(Grant grant, HttpRequest request) {
    Params params = Params.of(request, PARAMS);
    return grant.allowsAll(Resource.KEY, params.text("prefix").orElse(""), Level.READ)
        && (!params.flag("sessions") || grant.allowsAll(Resource.SESSION, "", Level.READ));
  }

  private HttpResponse watch(HttpRequest request) {
    Params params = Params.of(request, PARAMS);
    String prefix = params.text("prefix").orElse("");
    boolean sessions = params.flag("sessions");
    if (sessions && !prefix.isEmpty()) {
      throw ApiError.badParameter("'sessions' needs the empty prefix.");
    }
    long after =
        request
            .getHeader("Last-Event-ID")
            .map(id -> Params.index("Last-Event-ID", id.value()))
            .orElseGet(() -> params.index("index").orElse(-1));
    ClientLimits.takeOne(params.client().watches());
    return EventStream.answer(
        system,
        pending,
        SLOW,
        stream -> feeds.watch(params.namespace(), prefix, sessions, after, new Sender(stream)));
  }

  private record Started(@JsonProperty("Index") long index) {}

  private record Compacted(
      @JsonProperty("OldestIndex") long oldest, @JsonProperty("Message") String message) {}

  /** One watcher's connection. */
  private record Sender(EventStream stream) implements Watcher<ByteString> {
    @Override
    public void started(long index) {
      stream.send(EventStream.event(index, "start", new Started(index)));
    }

    @Override
    public void changes(ByteString events) {
      stream.send(events);
    }

    @Override
    public void lost() {
      stream.end();
    }

    @Override
    public void compacted(long oldest) {
      stream.end(
          EventStream.event(
              "compacted",
              new Compacted(
                  oldest,
                  "Changes up to this index are no longer kept: read the keys, then watch from"
                      + " their index.")));
    }
  }

  private static ByteString events(List<KvEvent> changes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256 * changes.size());
    for (KvEvent h : changes) {
      byte[] head =
          ("id: " + h.index() + "\nevent: change\ndata: ").getBytes(StandardCharsets.UTF_8);
      out.writeBytes(head);
      out.writeBytes(data(h));
      out.writeBytes(new byte[] {'\n', '\n'});
    }
    return ByteString.fromArrayUnsafe(out.toByteArray());
  }

  private static byte[] data(KvEvent h) {
    return Json.bytes(
        json -> {
          json.writeStartObject();
          json.writeNumberField("Index", h.index());
          json.writeStringField("Time", Instant.ofEpochMilli(h.timeMillis()).toString());
          json.writeStringField("Op", h.what().text());
          if (h.key() != null) {
            json.writeStringField(h.what() == KvEvent.What.DELETE_TREE ? "Prefix" : "Key", h.key());
          }
          switch (h.what()) {
            case SET, LOCK, UNLOCK -> value(json, h);
            case DELETE_TREE -> {
              json.writeArrayFieldStart("Keys");
              for (String key : h.keys()) {
                json.writeString(key);
              }
              json.writeEndArray();
            }
            default -> {}
          }
          if (h.session() != null) {
            json.writeStringField("Session", h.session());
          }
          json.writeEndObject();
        });
  }

  private static void value(com.fasterxml.jackson.core.JsonGenerator json, KvEvent h)
      throws IOException {
    if (h.value().length == 0) {
      json.writeNullField("Value");
    } else {
      json.writeBinaryField("Value", h.value());
    }
    EntryJson.writeUnsigned(json, "Flags", h.flags());
  }
}
