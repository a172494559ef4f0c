package io.flotilla.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;

/**
 * Sends a request to one address after another until one answers or the deadline has passed.
 *
 * <p>Every attempt of a write carries the same request id, so the cluster applies it once. Whether
 * one of the attempts may have been applied is remembered: it decides which error a write ends
 * with.
 */
final class Transport {
  /** "Not me" or "not now": worth asking another address, or the same one a little later. */
  private static final Set<Integer> TRY_ELSEWHERE = Set.of(429, 502, 503, 504);

  /** The same, as Flotilla says it with status 500 on Consul's paths. */
  private static final Set<String> NOT_NOW =
      Set.of("unavailable", FlotillaException.OUTCOME_UNKNOWN, "unknown-operation");

  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 250;

  private final HttpClient http;
  private final List<URI> addresses;
  private final Duration deadline;
  private final Duration attemptTimeout;
  private final String token;
  private final FailoverListener listener;
  private final AtomicInteger preferred = new AtomicInteger();
  private volatile boolean closed;

  Transport(Flotilla.Builder settings) {
    this.addresses = settings.addresses;
    this.deadline = settings.deadline;
    this.attemptTimeout = settings.attempt;
    this.token = settings.token;
    this.listener = settings.listener;
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connect);
    if (settings.tls != null) {
      client.sslContext(settings.tls);
    }
    this.http = client.build();
  }

  /**
   * One operation.
   *
   * @param body made anew for each attempt
   * @param write whether it changes anything; it is then sent with a request id
   * @param repeats whether it may be sent again when it may have been done
   * @param patience how long the server may wait on purpose (a blocking query), on top of the usual
   *     time
   * @param probe whether to ask only once and report what came, 503 included
   */
  record Call(
      String method,
      String path,
      Supplier<BodyPublisher> body,
      boolean write,
      boolean repeats,
      Duration patience,
      boolean probe) {
    static Call read(String path) {
      return new Call("GET", path, BodyPublishers::noBody, false, true, Duration.ZERO, false);
    }

    static Call write(String method, String path, byte[] body) {
      Supplier<BodyPublisher> sent =
          body == null ? BodyPublishers::noBody : () -> BodyPublishers.ofByteArray(body);
      return new Call(method, path, sent, true, true, Duration.ZERO, false);
    }

    /** Sends a file, at most once. */
    static Call upload(String path, Path file) {
      return new Call("PUT", path, () -> bytesOf(file), true, false, Duration.ZERO, false);
    }

    Call waiting(Duration time) {
      return new Call(method, path, body, write, repeats, time, probe);
    }

    Call once() {
      return new Call(method, path, body, write, repeats, patience, true);
    }
  }

  private static BodyPublisher bytesOf(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Answer(int status, HttpHeaders headers, byte[] body, URI address) {
    /** This answer if it has one of these statuses, otherwise the error it carries. */
    Answer expect(int... statuses) {
      for (int s : statuses) {
        if (s == status) {
          return this;
        }
      }
      Jackson.Problem problem = problem();
      throw new FlotillaException(status, problem.code(), problem.message(), null);
    }

    Jackson.Problem problem() {
      return Jackson.problem(status, headers, body);
    }
  }

  CompletableFuture<Answer> send(Call call) {
    Exchange exchange = new Exchange(call);
    exchange.attempt();
    return exchange.result;
  }

  Watch watch(UrlPath path, long index) {
    return new Watch(this, path, index);
  }

  /**
   * Opens a stream of events at one address; waits for the head of the answer.
   *
   * @param lastId the stream starts after this event; null: where the path says
   */
  HttpResponse<InputStream> open(URI address, String path, String lastId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(attemptTimeout);
    if (token != null) {
      request.header("X-Consul-Token", token);
    }
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  /**
   * Stores an answer, which may be large, in a file. Asks one address after another until one
   * serves, each once.
   *
   * @param patience until all of it is there
   */
  void download(String path, Path file, Duration patience) {
    long endsAt = System.nanoTime() + patience.toNanos();
    for (int others = addresses.size() - 1; ; others--) {
      URI address = preferred();
      try {
        download(address, path, file, endsAt - System.nanoTime());
        return;
      } catch (FlotillaException e) {
        if (others == 0 || !isElsewhereWorthTrying(e)) {
          throw e;
        }
        moveOn(address, e.getMessage());
      }
    }
  }

  private static boolean isElsewhereWorthTrying(FlotillaException e) {
    return e.code().equals(FlotillaException.UNREACHABLE)
        || TRY_ELSEWHERE.contains(e.status())
        || NOT_NOW.contains(e.code());
  }

  private void download(URI address, String path, Path file, long patienceNanos) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
    if (token != null) {
      request.header("X-Consul-Token", token);
    }
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request.build(), head -> inFile(head, file));
    try {
      HttpResponse<byte[]> got = sent.get(patienceNanos, TimeUnit.NANOSECONDS);
      new Answer(got.statusCode(), got.headers(), got.body(), address).expect(200);
    } catch (TimeoutException e) {
      throw unfinished(FlotillaException.DEADLINE, "not all of it came in time", address, e);
    } catch (ExecutionException e) {
      throw unfinished(FlotillaException.UNREACHABLE, "connection lost", address, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unfinished(FlotillaException.UNREACHABLE, "interrupted", address, e);
    } finally {
      sent.cancel(true);
    }
  }

  private static BodySubscriber<byte[]> inFile(ResponseInfo head, Path file) {
    return head.statusCode() == 200
        ? BodySubscribers.mapping(
            BodySubscribers.ofFile(
                file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
            written -> new byte[0])
        : BodySubscribers.ofByteArray();
  }

  private static FlotillaException unfinished(
      String code, String reason, URI address, Throwable cause) {
    return new FlotillaException(
        0, code, reason + " (asked " + address.getAuthority() + ")", cause);
  }

  /** Leaves an address, unless another request has already; returns the one to ask now. */
  URI moveOn(URI from, String reason) {
    int index = addresses.indexOf(from);
    int after = (index + 1) % addresses.size();
    if (after != index && preferred.compareAndSet(index, after)) {
      listener.movedOn(from, addresses.get(after), reason);
    }
    return preferred();
  }

  List<URI> addresses() {
    return addresses;
  }

  URI preferred() {
    return addresses.get(preferred.get());
  }

  void close() {
    closed = true;
  }

  /** The attempts of one operation; they never overlap, so its fields need no lock. */
  private final class Exchange {
    private final CompletableFuture<Answer> result = new CompletableFuture<>();
    private final Call call;
    private final String requestId;
    private final long endsAt;
    private int index = preferred.get();
    private int attempts;

    /** How many of the last attempts were told that nobody is there. */
    private int refusedInARow;

    /** Whether any attempt came as far as being sent. */
    private boolean reached;

    private boolean maybeApplied;

    Exchange(Call call) {
      this.call = call;
      this.requestId = call.write() ? UUID.randomUUID().toString() : null;
      this.endsAt = System.nanoTime() + deadline.plus(call.patience()).toNanos();
    }

    void attempt() {
      long left = endsAt - System.nanoTime();
      URI address = addresses.get(index);
      CompletableFuture<HttpResponse<byte[]>> sent =
          http.sendAsync(request(address), BodyHandlers.ofByteArray());
      attempts++;
      long patience = Math.min(left, attemptTimeout.plus(call.patience()).toNanos());
      // The request's own time-out would end with the headers: this one covers the body too.
      sent.copy()
          .orTimeout(patience, TimeUnit.NANOSECONDS)
          .whenComplete(
              (response, failure) -> {
                try {
                  if (failure == null) {
                    answered(address, response);
                  } else {
                    sent.cancel(true);
                    failed(address, FlotillaException.unwrap(failure));
                  }
                } catch (RuntimeException e) {
                  result.completeExceptionally(e);
                }
              });
    }

    private HttpRequest request(URI address) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(address + call.path()))
              .method(call.method(), call.body().get());
      if (requestId != null) {
        request.header("X-Flotilla-Request-Id", requestId);
      }
      if (token != null) {
        request.header("X-Consul-Token", token);
      }
      return request.build();
    }

    private void answered(URI address, HttpResponse<byte[]> response) {
      refusedInARow = 0;
      reached = true;
      int status = response.statusCode();
      Answer answer = new Answer(status, response.headers(), response.body(), address);
      if (call.probe() || status < 400) {
        result.complete(answer);
        return;
      }
      Jackson.Problem problem = answer.problem();
      if (!TRY_ELSEWHERE.contains(status) && !NOT_NOW.contains(problem.code())) {
        result.complete(answer);
        return;
      }
      // A gateway in between (502, 504) can't know; Flotilla itself says so when it does not.
      maybeApplied |=
          status == 502
              || status == 504
              || FlotillaException.OUTCOME_UNKNOWN.equals(problem.code());
      next(status, problem.code(), problem.message(), null);
    }

    private void failed(URI address, Throwable failure) {
      if (failure instanceof ConnectException || failure instanceof UnresolvedAddressException) {
        refusedInARow++;
        next(0, FlotillaException.UNREACHABLE, "connection refused", failure);
      } else if (failure instanceof HttpConnectTimeoutException) {
        refusedInARow = 0; // it may be there, and busy
        next(0, FlotillaException.UNREACHABLE, "no connection in time", failure);
      } else if (failure instanceof TimeoutException) {
        lost();
        next(0, FlotillaException.DEADLINE, "no answer in time", failure);
      } else if (failure instanceof SSLHandshakeException) {
        refusedInARow++;
        next(0, FlotillaException.UNREACHABLE, "TLS: " + failure.getMessage(), failure);
      } else {
        lost();
        next(0, FlotillaException.UNREACHABLE, "connection lost", failure);
      }
    }

    private void lost() {
      maybeApplied = true;
      reached = true;
      refusedInARow = 0;
    }

    /** Goes to the next address, at once within a round and after a pause between rounds. */
    private void next(int status, String code, String reason, Throwable cause) {
      int after = (index + 1) % addresses.size();
      boolean nobodyThere = !reached && refusedInARow >= addresses.size();
      boolean roundDone = attempts % addresses.size() == 0;
      long pause =
          roundDone
              ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * (attempts / addresses.size()))
              : 0;
      long left = endsAt - System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(pause);
      boolean enough = call.probe() || maybeApplied && !call.repeats();
      if (enough || closed || nobodyThere || left <= 0) {
        result.completeExceptionally(verdict(status, code, reason, cause));
        return;
      }
      moveOn(addresses.get(index), reason);
      index = after;
      if (pause == 0) {
        attempt();
      } else {
        CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(this::attempt);
      }
    }

    private FlotillaException verdict(int status, String code, String reason, Throwable cause) {
      String asked = addresses.stream().map(URI::getAuthority).collect(Collectors.joining(", "));
      if (call.write() && maybeApplied) {
        return new OutcomeUnknownException(
            status,
            "it is not known whether the write was applied (last seen: "
                + reason
                + "); asked "
                + asked,
            requestId,
            cause);
      }
      if (!reached || refusedInARow >= addresses.size()) {
        return new FlotillaException(
            0,
            FlotillaException.UNREACHABLE,
            "no node answers at "
                + asked
                + (cause instanceof SSLHandshakeException ? ": " + reason : ""),
            cause);
      }
      return new FlotillaException(status, code, reason + " (asked " + asked + ")", cause);
    }
  }
}
