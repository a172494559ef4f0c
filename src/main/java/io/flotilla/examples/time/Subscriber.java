package io.flotilla.examples.time;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Instance;
import io.flotilla.client.ServiceWatch;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds a publisher by its name and prints what it sends. */
@Command(
    name = "subscribe",
    description = "Look up a publisher by name, connect to it and print what it sends.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Lines go to standard output; remarks about a change of Flotilla server or",
      "publisher go to standard error.",
      "",
      "Example:  ./flotilla subscribe TIME --http-addr 127.0.0.1:8500,8501,8502"
    })
public final class Subscriber implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The publisher's name, such as TIME.")
  private String name;

  @Option(
      names = "--silence",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long a publisher may be silent before it counts as dead. Default: 5")
  private int silence;

  @Option(
      names = "--http-addr",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:FLOTILLA_HTTP_ADDR:-127.0.0.1:8500,8501,8502}",
      description = "Flotilla nodes to ask. Default: ${DEFAULT-VALUE}")
  private String addresses;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FLOTILLA_HTTP_TOKEN}",
      description = "Sent with every request. Also from FLOTILLA_HTTP_TOKEN.")
  private String token;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws InterruptedException {
    Fallbacks fallbacks = new Fallbacks(err::println);
    Follower follower = new Follower(Duration.ofSeconds(silence), out::println, err::println);
    Runtime.getRuntime().addShutdownHook(new Thread(follower::close));
    try (Flotilla flotilla =
            Flotilla.builder(addresses).token(token).onFailover(fallbacks).build();
        ServiceWatch watch =
            flotilla.services().watch(name, true, new Directory(flotilla, follower, fallbacks))) {
      follower.run();
    }
    return 0;
  }

  /** Passes on the publishers. While Flotilla does not answer, the last known ones are used. */
  private final class Directory implements ServiceWatch.Listener {
    private final Flotilla flotilla;
    private final Follower follower;
    private final Fallbacks fallbacks;

    Directory(Flotilla flotilla, Follower follower, Fallbacks fallbacks) {
      this.flotilla = flotilla;
      this.follower = follower;
      this.fallbacks = fallbacks;
    }

    @Override
    public void changed(List<Instance> instances) {
      err.printf(
          "%s -> %s, says Flotilla server %s%n",
          name,
          instances.isEmpty()
              ? "nobody"
              : String.join(", ", instances.stream().map(Instance::authority).toList()),
          flotilla.address().getAuthority());
      follower.publishers(instances);
    }

    @Override
    public void unreachable(FlotillaException reason) {
      fallbacks.quiet(true);
      err.println("No Flotilla server answers; still trying: " + reason.getMessage());
    }

    @Override
    public void reachable() {
      fallbacks.quiet(false);
      err.println("Flotilla server " + flotilla.address().getAuthority() + " is answering again");
    }
  }
}
