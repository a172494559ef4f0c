package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT_OR_POST;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.FireEvent;
import io.flotilla.registry.UserEvent;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * {@code /v1/event/…}: the latest 256 events of the namespace
 * (https://developer.hashicorp.com/consul/api-docs/event). Unlike Consul's, which are gossiped,
 * they are part of the catalog: none is lost, and all nodes list the same events.
 */
final class EventRoutes {
  private static final int MAX_PAYLOAD_BYTES = 4096;

  private final CatalogAnswers catalog;

  EventRoutes(CatalogAnswers catalog) {
    this.catalog = catalog;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/event/list", Need.LISTS, this::list),
        PUT_OR_POST.under(
            "/v1/event/fire",
            Need.below("/v1/event/fire", Resource.EVENT, Level.WRITE),
            MAX_PAYLOAD_BYTES,
            this::fire));
  }

  private CompletionStage<HttpResponse> fire(
      String name, HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of("node", "service", "tag"));
    UserEvent event =
        new UserEvent(
            UUID.randomUUID().toString(),
            bounded(name),
            body.getData().isEmpty() ? null : body.getData().toArray(),
            bounded(params.text("node").orElse("")),
            bounded(params.text("service").orElse("")),
            bounded(params.text("tag").orElse("")),
            0);
    return catalog
        .write(params, new FireEvent(event), Requests.id(request, body))
        .thenApply(
            done ->
                ConsulHeaders.fresh(
                    Json.ok(Answer.of(event, UserEvent.idAt(event.id(), done.index()))),
                    done.index()));
  }

  private static String bounded(String text) {
    return RegistryBody.bounded("name", text, RegistryBody.MAX_NAME_BYTES);
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    Params params = Params.of(request, Set.of("name", "node", "service", "tag"));
    String name = params.text("name").filter(n -> !n.isEmpty()).orElse(null);
    return catalog.read(
        request,
        params,
        new CatalogRead.Events(name),
        Visible::event,
        Set.of(),
        (json, found) ->
            json.writePOJO(found.items().stream().map(e -> Answer.of(e, e.id())).toList()));
  }

  private record Answer(
      @JsonProperty("ID") String id,
      @JsonProperty("Name") String name,
      @JsonProperty("Payload") byte[] payload,
      @JsonProperty("NodeFilter") String nodeFilter,
      @JsonProperty("ServiceFilter") String serviceFilter,
      @JsonProperty("TagFilter") String tagFilter,
      @JsonProperty("Version") int version,
      @JsonProperty("LTime") long time) {
    static Answer of(UserEvent e, String id) {
      return new Answer(
          id, e.name(), e.payload(), e.nodeFilter(), e.serviceFilter(), e.tagFilter(), 1, e.time());
    }
  }
}
