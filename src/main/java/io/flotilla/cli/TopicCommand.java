package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code topic}: publishes and subscribes. */
@Command(
    name = "topic",
    description = "Publish messages to a topic, or subscribe to it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(publish|subscribe)",
    footer = {
      "",
      "Examples:",
      "  ./flotilla topic subscribe news",
      "  ./flotilla topic publish news 'it rains'",
      "  date | ./flotilla topic publish news -",
    })
public final class TopicCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Which: publish, subscribe?");
  }

  private static final class Target {
    @Mixin private ClientOptions client;

    @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: default")
    private String namespace;

    Flotilla connect() {
      return client.connect();
    }

    Topics topics(Flotilla flotilla) {
      return namespace == null ? flotilla.topics() : flotilla.topics(namespace);
    }
  }

  @Command(
      name = "publish",
      description = "Publish one message, at most 256 KiB, and print its id.",
      mixinStandardHelpOptions = true)
  int publish(
      @Mixin Target target,
      @Parameters(paramLabel = "TOPIC") String topic,
      @Parameters(paramLabel = "MESSAGE", description = "The text, or - for standard input.")
          String message)
      throws IOException {
    byte[] data =
        message.equals("-") ? System.in.readAllBytes() : message.getBytes(StandardCharsets.UTF_8);
    try (Flotilla flotilla = target.connect()) {
      Screen.say("%s", ClientOptions.await(target.topics(flotilla).publish(topic, data)));
      return 0;
    }
  }

  @Command(
      name = "subscribe",
      description = {
        "Print each message on its own line until Ctrl-C. If a node dies, continues",
        "through another, and reports where messages may be missing."
      },
      mixinStandardHelpOptions = true)
  int subscribe(
      @Mixin Target target,
      @Parameters(paramLabel = "TOPIC") String topic,
      @Option(
              names = "--after",
              paramLabel = "ID",
              description = "Start after this message. Default: with the next one")
          String after,
      @Option(names = "--ids", description = "Print the id before each message.") boolean ids)
      throws InterruptedException {
    AtomicReference<FlotillaException> refused = new AtomicReference<>();
    try (Flotilla flotilla = target.connect();
        Topics.Subscription subscription =
            target.topics(flotilla).subscribe(topic, after, new Printer(ids, refused))) {
      subscription.join();
    }
    if (refused.get() != null) {
      throw refused.get();
    }
    return 0;
  }

  private record Printer(boolean ids, AtomicReference<FlotillaException> refused)
      implements Topics.Listener {
    @Override
    public void message(Topics.Message message) {
      if (ids) {
        Screen.OUT.print(message.id() + "\t");
      }
      // As bytes: a message need not be text.
      Screen.OUT.write(message.data(), 0, message.data().length);
      Screen.OUT.println();
    }

    @Override
    public void gap(String oldest) {
      Screen.remark("messages before %s may be missing", oldest);
    }

    @Override
    public void refused(FlotillaException reason) {
      refused.set(reason);
    }
  }
}
