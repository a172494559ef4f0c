package io.flotilla.examples.sensors;

import io.flotilla.client.Election;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One node of the system: publishes a measurement every few seconds and stands for election; the
 * leader averages all measurements and sends the average on.
 */
@Command(
    name = "sensor",
    description = "A sensor that publishes measurements and stands for election.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The measurement is the key mediciones/appID, which exists while the sensor",
      "lives. The leader prints the average of all and sends it to each --api.",
      "Ctrl-C ends it cleanly; after kill -9, another leads within TTL + 1 s.",
      "",
      "Examples:",
      "  ./flotilla sensor --id 1 --api 'http://127.0.0.1:8081/nuevo?dato='",
      "  ./flotilla sensor --id 2"
    })
public final class Sensor implements Callable<Integer> {
  static final String ELECTION = "sensores/lider";
  private static final Duration API_TIMEOUT = Duration.ofSeconds(2);
  private static final double LOWEST = 50;
  private static final double HIGHEST = 100;

  @Option(names = "--id", required = true, paramLabel = "ID", description = "This sensor's id.")
  private String id;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Time between two measurements. Default: 5")
  private double every;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long after its death a sensor is gone; at least 1. Default: 5")
  private double ttl;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "Where to send the average, which is appended. May be given several times.")
  private List<String> apis = List.of();

  @Option(
      names = "--http-addr",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:FLOTILLA_HTTP_ADDR:-127.0.0.1:8500,8501,8502}",
      description = "Nodes of the cluster. Default: ${DEFAULT-VALUE}")
  private String addresses;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(API_TIMEOUT)
          .build();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws InterruptedException {
    Duration lives = Duration.ofMillis(Math.round(ttl * 1000));
    try (Flotilla flotilla = Flotilla.connect(addresses)) {
      Measurement measurement = new Measurement(flotilla, id, lives);
      Election election = flotilla.recipes(null, lives).election(ELECTION, "app" + id);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(measurement, election)));
      Thread publishing = new Thread(() -> publish(measurement), "measurements");
      publishing.setDaemon(true);
      publishing.start();
      while (!over()) {
        lead(flotilla, election);
      }
    }
    return 0;
  }

  private boolean over() {
    return ending.getCount() == 0;
  }

  /** Waits; returns whether it is time to end. */
  private boolean pause(double seconds) throws InterruptedException {
    return ending.await(Math.round(seconds * 1000), TimeUnit.MILLISECONDS);
  }

  private void leave(Measurement measurement, Election election) {
    out.println("Interrupt received");
    ending.countDown();
    try {
      election.close();
      measurement.close();
    } catch (FlotillaException e) {
      System.err.println("not ended cleanly: " + e.getMessage());
    }
  }

  private void publish(Measurement measurement) {
    RandomGenerator random = RandomGenerator.getDefault();
    try {
      boolean done;
      do {
        boolean published = false;
        try {
          published = measurement.publish(Math.rint(random.nextDouble(LOWEST, HIGHEST)));
        } catch (FlotillaException e) {
          System.err.println("not published: " + e.getMessage());
        }
        done = pause(published ? every : Math.min(1, every));
      } while (!done);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leads from its election until it loses leadership. */
  private void lead(Flotilla flotilla, Election election) throws InterruptedException {
    try {
      election.campaign();
      while (election.isLeader() && !over()) {
        out.println("I'm the leader: (id = " + id + ")");
        OptionalDouble average = Average.of(flotilla.kv());
        if (average.isPresent()) {
          out.println("Media: " + average.getAsDouble());
          apis.forEach(api -> send(api, average.getAsDouble()));
        }
        if (pause(every)) {
          return;
        }
      }
    } catch (FlotillaException e) {
      System.err.println("not leading: " + e.getMessage());
      pause(1);
    }
  }

  /** One API that is down must not keep the average from the others. */
  private void send(String api, double average) {
    try {
      http.send(
          HttpRequest.newBuilder(URI.create(api + average)).timeout(API_TIMEOUT).build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("not sent to " + api + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
