package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.StreamConverters;
import io.flotilla.http.ClusterControl.Backup;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@code snapshot} (https://developer.hashicorp.com/consul/api-docs/snapshot): a copy of all that
 * is stored, and the way back.
 */
final class SnapshotRoutes {
  private static final String PATH = "/v1/snapshot";
  private static final int PIECE_BYTES = 64 << 10;

  private final ActorSystem<?> system;
  private final ClusterControl control;

  SnapshotRoutes(ActorSystem<?> system, ClusterControl control) {
    this.system = system;
    this.control = control;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at(PATH, Need.MANAGEMENT, this::save), PUT.at(PATH, Need.MANAGEMENT, this::restore));
  }

  private CompletionStage<HttpResponse> save(HttpRequest request) {
    boolean stale = Params.of(request, Set.of()).flag("stale");
    return control.backup(stale).thenApply(SnapshotRoutes::answer);
  }

  private static HttpResponse answer(Backup backup) {
    HttpResponse file =
        HttpResponse.create()
            .withEntity(
                HttpEntities.create(
                    ContentTypes.APPLICATION_OCTET_STREAM,
                    backup.length(),
                    StreamConverters.fromInputStream(backup::bytes, PIECE_BYTES)));
    return Audited.ofNote(ConsulHeaders.fresh(file, backup.index()));
  }

  private CompletionStage<HttpResponse> restore(HttpRequest request) {
    Incoming body = Client.of(request).body();
    body.stream();
    return body.entity()
        .getDataBytes()
        .runWith(control.restore(), system)
        .thenApply(index -> ConsulHeaders.fresh(HttpResponse.create(), index));
  }
}
