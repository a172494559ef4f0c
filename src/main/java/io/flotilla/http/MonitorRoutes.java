package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.util.ByteString;
import io.flotilla.acl.Level;
import io.flotilla.logging.LogMonitor;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code agent/monitor} (https://developer.hashicorp.com/consul/api-docs/agent#stream-logs): the
 * log of this node's process, line by line, until whoever reads it leaves or is too slow.
 */
final class MonitorRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorRoutes.class);

  private final ActorSystem<?> system;
  private final PendingEvents pending;
  private final Supplier<String> self;

  /**
   * @param self this node's name
   */
  MonitorRoutes(ActorSystem<?> system, PendingEvents pending, Supplier<String> self) {
    this.system = system;
    this.pending = pending;
    this.self = self;
  }

  List<Endpoint> endpoints() {
    return List.of(GET.at("/v1/agent/monitor", Need.ofAgent(self, Level.READ), now(this::monitor)));
  }

  private HttpResponse monitor(HttpRequest request) {
    Params params = Params.of(request, Set.of("loglevel", "logjson"));
    String level = params.text("loglevel").orElse("info");
    if (!LogMonitor.isLevel(level)) {
      throw ApiError.badParameter("Unknown log level: " + level);
    }
    boolean json = params.flag("logjson");
    ClientLimits.takeOne(params.client().watches());
    return EventStream.lines(
        system,
        pending,
        stream -> {
          Runnable leave =
              LogMonitor.follow(level, json, line -> stream.send(ByteString.fromString(line)));
          // In the log itself, so that whoever reads it sees that it works.
          LOG.info("{} follows this log", Client.name(request));
          return leave;
        });
  }
}
