package io.flotilla.examples.time;

import io.flotilla.client.Check;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Registration;
import io.flotilla.client.ServiceDefinition;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes the time every second under a registered name. */
@Command(
    name = "publish",
    description = "Publish the time every second, to be found by a name.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Subscribers connect directly to it, so they keep receiving while Flotilla is",
      "down. Its registration has a TTL, which is renewed through any of the nodes.",
      "Ctrl-C deregisters it and ends the answers cleanly.",
      "",
      "Examples:",
      "  ./flotilla publish TIME --listen 127.0.0.1:4432",
      "  curl -N http://127.0.0.1:4432/",
      "  ./flotilla subscribe TIME"
    })
public final class Publisher implements Callable<Integer> {
  static final int MAX_CLIENTS = 200;
  static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

  @Parameters(paramLabel = "NAME", description = "What subscribers look up, such as TIME.")
  private String name;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:4432",
      description = "Where subscribers connect; port 0: any. Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "The host to register. Default: that of --listen")
  private String advertise;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long after its death a publisher is no longer found. Default: 5")
  private int ttl;

  @Option(
      names = "--http-addr",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:FLOTILLA_HTTP_ADDR:-127.0.0.1:8500,8501,8502}",
      description = "Flotilla nodes to register with. Default: ${DEFAULT-VALUE}")
  private String addresses;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FLOTILLA_HTTP_TOKEN}",
      description = "Sent with every request. Also from FLOTILLA_HTTP_TOKEN.")
  private String token;

  private final CountDownLatch ending = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    try (Broadcast broadcast = new Broadcast(address(listen), MAX_CLIENTS);
        Flotilla flotilla =
            Flotilla.builder(addresses)
                .token(token)
                .onFailover(new Fallbacks(err::println))
                .build();
        Registration registration =
            flotilla
                .services()
                .keepRegistered(definition(broadcast.address().getPort()), new Remarks())) {
      ServiceDefinition service = registration.service();
      out.printf(
          "Publishing %s on http://%s:%d/, registered at %s%n",
          name, service.address(), service.port(), flotilla.address().getAuthority());
      tellTime(broadcast);
    } finally {
      ended.countDown();
    }
    return 0;
  }

  /** On Ctrl-C, closes everything cleanly before the process ends. */
  private void end() {
    if (ended.getCount() > 0) {
      err.println("Interrupt received: deregistering, then ending the answers");
    }
    ending.countDown();
    try {
      ended.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServiceDefinition definition(int port) {
    String host = advertise != null ? advertise : address(listen).getHostString();
    return ServiceDefinition.of(name)
        .id(name + "-" + host + "-" + port)
        .address(host, port)
        .check(Check.ttl(Duration.ofSeconds(ttl)).deregisterAfter(FORGOTTEN_AFTER));
  }

  /** Publishes a line at the start of each second. */
  private void tellTime(Broadcast broadcast) throws InterruptedException {
    Instant told = Instant.EPOCH;
    while (!ending.await(1000 - Instant.now().toEpochMilli() % 1000, TimeUnit.MILLISECONDS)) {
      Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      // The clock may lag a little behind the timer.
      if (!second.equals(told)) {
        told = second;
        String line = name + " " + FORM.format(second);
        broadcast.send(line);
        out.println(line);
      }
    }
  }

  static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an address; expected HOST:PORT");
    }
  }

  private final class Remarks implements Registration.Listener {
    @Override
    public void registeredAgain() {
      err.println("The registration was gone: registered again");
    }

    @Override
    public void notRenewed(FlotillaException reason) {
      err.println("Not renewed: " + reason.getMessage() + "; still trying");
    }
  }
}
