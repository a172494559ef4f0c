package io.flotilla.http;

import akka.Done;
import akka.NotUsed;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.TLSProtocol.SessionBytes;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.TLSPlacebo;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and speaks HTTP on each. It assembles the layers of Akka HTTP's own binding
 * itself, because that binding leaves no place between the network and the parser.
 */
final class HttpPort {
  private static final Logger log = LoggerFactory.getLogger(HttpPort.class);
  private static final Duration END_PATIENCE = Duration.ofSeconds(3);

  /** Longer than busy clients pause between two requests. */
  private static final Duration FAREWELL = Duration.ofMillis(300);

  /** The type of TLSPlacebo does fit the layer, which Java's generics can't express. */
  private static final BidiFlow<
          SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound, NotUsed>
      PLAIN = BidiFlow.fromFunctions(sent -> sent, received -> received);

  private final Tcp.ServerBinding binding;
  private final Connections connections;

  private HttpPort(Tcp.ServerBinding binding, Connections connections) {
    this.binding = binding;
    this.connections = connections;
  }

  /**
   * @param requests handles the requests of one connection; answers are in their order
   */
  static CompletionStage<HttpPort> bind(
      ActorSystem<?> system,
      InetSocketAddress address,
      ServerSettings protocol,
      UnderWay.Limits limits,
      Flow<HttpRequest, HttpResponse, NotUsed> requests) {
    BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http =
        Http.get(system).serverLayer(protocol).atop(PLAIN).atop(TLSPlacebo.getInstance());
    Connections open = limits.open();
    return Tcp.get(system)
        .bind(
            address.getHostString(),
            address.getPort(),
            protocol.getBacklog(),
            protocol.getSocketOptions(),
            false,
            Optional.empty())
        .toMat(
            Sink.foreach(connection -> serve(system, connection, http, limits, requests)),
            Keep.left())
        .run(system)
        .thenApply(binding -> new HttpPort(binding, open));
  }

  /** A failing connection must not close the port. */
  private static void serve(
      ActorSystem<?> system,
      Tcp.IncomingConnection connection,
      BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http,
      UnderWay.Limits limits,
      Flow<HttpRequest, HttpResponse, NotUsed> requests) {
    try {
      Line line =
          new Line(limits.budgets().bodies(), limits.pace(), limits.open()::closeUnfinished);
      RemoteAddress client = RemoteAddress.create(connection.remoteAddress());
      UnderWay underWay = new UnderWay(limits, line, client);
      Flow<ByteString, ByteString, NotUsed> network =
          Flow.<ByteString>create().map(underWay::sent).via(line.to(connection.flow()));
      http.join(network).join(BidiFlow.fromGraph(underWay).join(requests)).run(system);
    } catch (RuntimeException e) {
      log.error("A connection could not be served", e);
    }
  }

  InetSocketAddress address() {
    return binding.localAddress();
  }

  /** When the node shuts down, pending requests are answered before connections are closed. */
  HttpPort endsWith(ActorSystem<?> system) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "http-unbind",
        () -> binding.unbind().thenApply(unbound -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "http-end",
        () -> connections.end(FAREWELL, END_PATIENCE));
    return this;
  }
}
