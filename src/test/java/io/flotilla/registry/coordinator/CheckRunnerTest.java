package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.flotilla.MovedTimers;
import io.flotilla.TestPatience;
import io.flotilla.http.TestServer;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.Check;
import io.flotilla.registry.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A recurring check, on a clock that the test moves. */
class CheckRunnerTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final TestServer server = new TestServer();
  private final ActorTestKit kit =
      ActorTestKit.create(MovedTimers.CONFIG.withFallback(ConfigFactory.load()));
  private final Queue<Probes.Ask> asked = new ConcurrentLinkedQueue<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // it overflows

  @AfterEach
  void end() {
    kit.shutdownTestKit();
    server.close();
  }

  private void register(String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base() + "/agent/check/register"))
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    int status =
        HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.discarding())
            .statusCode();
    assertThat(status).isEqualTo(200);
  }

  private Check stored() {
    return server
        .registry
        .read("default", new CatalogRead.AgentChecks("n1"), TestPatience.PATIENCE)
        .toCompletableFuture()
        .join()
        .items()
        .get(0)
        .check();
  }

  private void run() {
    ActorRef<Probes.Command> probes =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  asked.add((Probes.Ask) message);
                  return Behaviors.same();
                }));
    Check check = stored();
    kit.spawn(CheckRunner.create(server.registry, probes, "default", check, true, nanos::get));
  }

  /** Waits for the next run of the check; earlier results have been handled by then. */
  private ActorRef<Outcome> next() {
    return await()
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              MovedTimers.of(kit.system()).pass(INTERVAL.multipliedBy(2));
              return asked.poll();
            },
            Objects::nonNull)
        .replyTo();
  }

  private void shows(Status status, String output) {
    next().tell(new Outcome(status, output));
  }

  private void isWritten(String output) {
    await().until(() -> stored().standing().output().equals(output));
  }

  @Test
  void while_it_fails_another_output_is_written_once_a_minute() throws Exception {
    register(
        "{\"Name\":\"c\",\"HTTP\":\"http://127.0.0.1:1/\",\"Interval\":\"10s\",\"Output\":\"a\"}");
    run();
    ActorRef<Outcome> first = next(); // it has begun, and read the time
    nanos.addAndGet(1);
    first.tell(new Outcome(Status.CRITICAL, "b"));
    isWritten("b");
    shows(Status.CRITICAL, "c");
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    shows(Status.CRITICAL, "d");
    ActorRef<Outcome> next = next();
    assertThat(stored().standing().output()).isEqualTo("b");
    nanos.addAndGet(1);
    next.tell(new Outcome(Status.CRITICAL, "e"));
    isWritten("e");
  }

  @Test
  void another_status_is_written_at_once() throws Exception {
    register(
        "{\"Name\":\"c\",\"HTTP\":\"http://127.0.0.1:1/\",\"Interval\":\"10s\",\"Output\":\"a\"}");
    run();
    shows(Status.PASSING, "well");
    isWritten("well");
    assertThat(stored().status()).isEqualTo(Status.PASSING);
    shows(Status.CRITICAL, "refused");
    isWritten("refused");
  }
}
