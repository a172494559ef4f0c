package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.http.ClusterEvents.Position;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/cluster/events}: what this node sees happen in the cluster, as server-sent events;
 * first the latest, or those after the id that the client names ({@code Last-Event-ID} or {@code
 * ?after=}).
 *
 * <p>{@code start} says whose events they are. {@code gap}: some after that id are missing, because
 * they are no longer kept, or because the id is another node's, or of another life of this one.
 * {@code slow} ends the stream of a client that reads more slowly than events happen. The others
 * are {@link io.flotilla.cluster.ClusterEvent}s.
 */
final class ClusterEventRoutes {
  private static final String SLOW =
      "You read more slowly than events happen: ask again after the last id you saw.";

  private final ActorSystem<?> system;
  private final PendingEvents pending;
  private final ClusterEvents events;

  ClusterEventRoutes(ActorSystem<?> system, PendingEvents pending, ClusterEvents events) {
    this.system = system;
    this.pending = pending;
    this.events = events;
  }

  List<Endpoint> endpoints() {
    return List.of(GET.at("/v1/cluster/events", Need.OPERATOR_READS, now(this::follow)));
  }

  private HttpResponse follow(HttpRequest request) {
    Params params = Params.of(request, Set.of("after"));
    Position after = after(request, params);
    ClientLimits.takeOne(params.client().watches());
    return EventStream.answer(system, pending, SLOW, stream -> events.follow(after, stream));
  }

  private static Position after(HttpRequest request, Params params) {
    String id =
        request
            .getHeader("Last-Event-ID")
            .map(HttpHeader::value)
            .or(() -> params.text("after"))
            .orElse("");
    return id.isEmpty() ? null : position(id);
  }

  private static Position position(String id) {
    int dash = id.indexOf('-');
    String number = id.substring(dash + 1);
    boolean wellFormed =
        dash > 0
            && id.length() <= 40
            && !number.isEmpty()
            && number.chars().allMatch(c -> c >= '0' && c <= '9')
            && number.length() < 19;
    if (!wellFormed) {
      throw ApiError.badParameter("'after' must be the id of an event of this stream.");
    }
    return new Position(id.substring(0, dash), Long.parseLong(number));
  }
}
