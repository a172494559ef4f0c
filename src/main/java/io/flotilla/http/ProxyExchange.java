package io.flotilla.http;

import akka.NotUsed;
import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.ResponseEntity;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Host;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.TLSPlacebo;
import akka.util.ByteString;
import io.flotilla.proxy.Connector.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * One request and its answer over a connection of their own. So no request fails because the
 * instance has just closed a pooled connection, and the connection ends with the answer.
 */
final class ProxyExchange {
  private static final Duration TO_BE_READ = Duration.ofSeconds(5);

  /** How long the instance may be silent once the client has closed its side. */
  private static final Duration AFTER_CLIENT_LEFT = Duration.ofSeconds(1);

  /** What would count for this node, and the API on it, instead of the instance. */
  private static final Set<String> NOT_FORWARDED =
      Set.of("date", "server", "set-cookie", "set-cookie2", "clear-site-data");

  /** A page comes from the API's origin, so it must not act as what belongs there. */
  private static final List<HttpHeader> SANDBOX =
      List.of(
          RawHeader.create("Content-Security-Policy", "sandbox"),
          RawHeader.create("X-Content-Type-Options", "nosniff"));

  private final ActorSystem<?> system;
  private final Duration responseTimeout;
  private final Duration idleTimeout;
  private final Pace pace;
  private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
  private final SharedKillSwitch connection = KillSwitches.shared("exchange");
  private volatile long sentAtNanos;
  private volatile long receivedAtNanos;
  private volatile boolean ended;
  private volatile Cancellable timer;

  /**
   * @param responseTimeout from the last byte sent to the beginning of the answer
   * @param idleTimeout between two parts of the answer
   * @param pace at which the client must send
   */
  ProxyExchange(ActorSystem<?> system, Duration responseTimeout, Duration idleTimeout, Pace pace) {
    this.pace = pace;
    this.system = system;
    this.responseTimeout = responseTimeout;
    this.idleTimeout = idleTimeout;
  }

  /**
   * @return fails with {@link TimeoutException} if the answer does not begin in time, and with
   *     another exception if the connection ends before
   */
  CompletionStage<HttpResponse> run(
      HttpRequest request,
      Connection to,
      ClientConnectionSettings s,
      CompletionStage<Patience.End> patience) {
    sentAtNanos = pace.now();
    Host host = Host.create(to.instance().address(), to.instance().port());
    Flow<ByteString, ByteString, NotUsed> bytes =
        noted(() -> sentAtNanos = pace.now())
            .via(connection.flow())
            .via(to.flow())
            .via(connection.flow())
            .via(noted(() -> receivedAtNanos = pace.now()));
    Flow<HttpRequest, HttpResponse, NotUsed> http =
        Http.get(system)
            .clientLayer(host, s)
            .join(TLSPlacebo.getInstance().join(bytes).map(in -> (SslTlsInbound) in));
    Source.single(atPace(request))
        .via(http)
        .runWith(Sink.head(), system)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                fail(failure);
              } else if (!answer.complete(response)) {
                end(); // too late
              }
            });
    watchOver(responseTimeout.toNanos());
    patience.thenAccept(
        why -> {
          if (why == Patience.End.CLIENT_LEFT) {
            clientLeft();
          }
        });
    answer.whenComplete((response, failure) -> timer.cancel());
    return answer.thenApply(this::streamed);
  }

  /** A client that sends a byte now and then could hold two connections for as long as it likes. */
  private HttpRequest atPace(HttpRequest request) {
    Flow<ByteString, ByteString, NotUsed> given =
        Flow.<ByteString>create().via(new Given(pace, () -> fail(tooSlow())));
    return request.entity().isStrict()
        ? request
        : request.withEntity(Streaming.through(request.entity(), given));
  }

  private ApiError tooSlow() {
    return new ApiError(
        StatusCodes.REQUEST_TIMEOUT,
        "body-incomplete",
        "The body came with less than " + pace.bytesPerSecond() + " bytes a second.");
  }

  private static Flow<ByteString, ByteString, NotUsed> noted(Runnable note) {
    return Flow.<ByteString>create()
        .map(
            bytes -> {
              note.run();
              return bytes;
            });
  }

  /**
   * A client that only closed its side is still waiting for the answer. One that is gone would
   * otherwise cost two connections until the instance answers.
   */
  private void clientLeft() {
    long left = pace.now();
    system
        .scheduler()
        .scheduleOnce(
            AFTER_CLIENT_LEFT,
            () -> {
              if (ended) {
                return;
              } else if (receivedAtNanos - left > 0) {
                clientLeft();
              } else {
                fail(new ClientLeftException());
                end();
              }
            },
            system.executionContext());
  }

  static final class ClientLeftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientLeftException() {
      super("the client has left", null, false, false);
    }
  }

  /** An upload may take long, so time counts only while nothing is sent. */
  private void watchOver(long nanos) {
    timer =
        system
            .scheduler()
            .scheduleOnce(
                Duration.ofNanos(nanos),
                () -> {
                  long left = responseTimeout.toNanos() - (pace.now() - sentAtNanos);
                  if (answer.isDone()) {
                    return;
                  } else if (left > 0) {
                    watchOver(left);
                  } else {
                    fail(new TimeoutException("no answer in time"));
                  }
                },
                system.executionContext());
  }

  private void fail(Throwable failure) {
    if (answer.completeExceptionally(failure)) {
      end();
    }
  }

  /** Date and Server are this node's own, as Akka HTTP insists. */
  private HttpResponse streamed(HttpResponse response) {
    List<HttpHeader> headers = new ArrayList<>(SANDBOX);
    ForwardedRequest.endToEnd(response).stream()
        .filter(h -> !NOT_FORWARDED.contains(h.lowercaseName()))
        .forEach(headers::add);
    HttpResponse forwarded = response.withProtocol(HttpProtocols.HTTP_1_1).withHeaders(headers);
    if (response.entity().isStrict()) {
      end();
      return forwarded;
    }
    // If the client has left, the body will never be read.
    Cancellable unread =
        system.scheduler().scheduleOnce(TO_BE_READ, this::end, system.executionContext());
    return Streaming.through(
        forwarded.withEntity((ResponseEntity) response.entity().withoutSizeLimit()),
        Flow.<ByteString>create()
            .backpressureTimeout(idleTimeout)
            .idleTimeout(idleTimeout)
            .watchTermination(
                (mat, done) -> {
                  unread.cancel();
                  done.whenComplete((ok, failure) -> end());
                  return mat;
                }));
  }

  private void end() {
    ended = true;
    connection.shutdown();
  }
}
