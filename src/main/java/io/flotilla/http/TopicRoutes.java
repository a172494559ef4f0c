package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.POST;
import static io.flotilla.http.Endpoints.now;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.util.ByteString;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.RequestId;
import io.flotilla.topic.Position;
import io.flotilla.topic.Subscriber;
import io.flotilla.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@code /v1/topics/TOPIC}: POST publishes the body, at most 256 KiB, and answers {@code
 * {"Id":"…"}}; GET subscribes: every message as a server-sent event.
 *
 * <p>Events: {@code message}, or {@code base64} for a body that isn't text; their id is the
 * message's. {@code start} gives the id after which messages will follow, if the client named none.
 * {@code gap}: messages may be missing before the next, because those after the id that the client
 * named are no longer kept, or because the topic has moved to another node; it names the oldest
 * available id, from which the stream continues. {@code slow} ends the stream of a client that
 * reads more slowly than messages arrive.
 *
 * <p>A browser's EventSource resumes by itself, with {@code Last-Event-ID}; {@code ?after=} does
 * the same. Without either, the stream begins with the next message.
 */
final class TopicRoutes {
  static final int MAX_TOPIC_BYTES = 512;
  private static final Set<String> GET_PARAMS = Set.of("after");
  private static final String SLOW =
      "You read more slowly than messages arrive: subscribe again after the last id you saw.";

  private final ActorSystem<?> system;
  private final PendingEvents pending;
  private final Topics topics;
  private final Duration timeout;

  TopicRoutes(ActorSystem<?> system, Topics topics, Duration timeout, PendingEvents pending) {
    this.system = system;
    this.pending = pending;
    this.topics = topics;
    this.timeout = timeout;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.from(
            "/v1/topics",
            Need.below("/v1/topics", Resource.EVENT, Level.READ),
            now(this::subscribe)),
        POST.from(
            "/v1/topics",
            Need.below("/v1/topics", Resource.EVENT, Level.WRITE),
            Topics.MAX_MESSAGE_BYTES,
            this::publish));
  }

  private CompletionStage<HttpResponse> publish(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of());
    RequestId id = Requests.id(request, body);
    return topics
        .publish(
            params.namespace(),
            topic(request),
            body.getData().toArrayUnsafe(),
            id == null ? null : id.id(),
            timeout)
        .thenApply(TopicRoutes::answer);
  }

  private static HttpResponse answer(Topics.Outcome outcome) {
    if (outcome instanceof Topics.Taken taken) {
      return Json.ok(new Published(taken.id().toString()));
    } else if (outcome instanceof Topics.Overloaded) {
      throw overloaded("Too many messages are under way, or there are too many topics; try later.");
    }
    throw new ApiError(
        StatusCodes.SERVICE_UNAVAILABLE,
        "outcome-unknown",
        "The topic did not answer in time; it may have the message. Repeat it with the same "
            + Requests.REQUEST_ID
            + ".");
  }

  private record Published(@JsonProperty("Id") String id) {}

  private static ApiError overloaded(String message) {
    return new ApiError(StatusCodes.TOO_MANY_REQUESTS, "overloaded", message);
  }

  private HttpResponse subscribe(HttpRequest request) {
    Params params = Params.of(request, GET_PARAMS);
    String topic = topic(request);
    Position after = after(request, params);
    ClientLimits.takeOne(params.client().subscriptions());
    return EventStream.answer(
        system,
        pending,
        SLOW,
        stream -> {
          Runnable leave =
              topics.subscribe(params.namespace(), topic, after, new Connection(stream));
          if (leave == null) {
            throw overloaded("This node has too many subscribers; ask another one.");
          }
          return leave;
        });
  }

  /** Null: from now on. */
  private static Position after(HttpRequest request, Params params) {
    String id =
        request
            .getHeader("Last-Event-ID")
            .map(HttpHeader::value)
            .or(() -> params.text("after"))
            .orElse("");
    return id.isEmpty()
        ? null
        : Position.parse(id)
            .orElseThrow(
                () ->
                    ApiError.badParameter(
                        "'after' must be the id of a message, from a POST or an event."));
  }

  private static String topic(HttpRequest request) {
    String topic = RequestTarget.name(request, "/v1/topics");
    if (topic.isEmpty()) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST, "missing-topic", "Name a topic: /v1/topics/TOPIC.");
    } else if (topic.getBytes(StandardCharsets.UTF_8).length > MAX_TOPIC_BYTES) {
      throw ApiError.badParameter("A topic's name has at most " + MAX_TOPIC_BYTES + " bytes.");
    }
    return topic;
  }

  private record Started(@JsonProperty("After") String after) {}

  private record Gap(
      @JsonProperty("Oldest") String oldest, @JsonProperty("Message") String message) {}

  /** One subscriber's connection. */
  private record Connection(EventStream stream) implements Subscriber {
    @Override
    public void started(Position at) {
      stream.send(EventStream.event(at, "start", new Started(at.toString())));
    }

    @Override
    public void messages(ByteString events) {
      stream.send(events);
    }

    @Override
    public void lost() {
      stream.end();
    }

    @Override
    public void gap(Position at) {
      stream.send(
          EventStream.event(
              at, "gap", new Gap(at.next().toString(), "Messages before this id may be missing.")));
    }
  }
}
