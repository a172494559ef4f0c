package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code session}: sessions, which hold locks. */
@Command(
    name = "session",
    description = "List, create, renew and destroy sessions.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list|info|create|renew|destroy)",
    footer = {
      "",
      "Examples:",
      "  ./flotilla session create --ttl 30 --behavior delete",
      "  ./flotilla session list",
      "  ./flotilla session destroy ID",
    })
public final class SessionCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "Which: list, info, create, renew, destroy?");
  }

  private static final class Target {
    @Mixin private ClientOptions client;

    @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: default")
    private String namespace;

    Flotilla connect() {
      return client.connect();
    }

    Sessions sessions(Flotilla flotilla) {
      return namespace == null ? flotilla.sessions() : flotilla.sessions(namespace);
    }
  }

  @Command(name = "list", description = "All sessions.", mixinStandardHelpOptions = true)
  int list(@Mixin Target target) {
    try (Flotilla flotilla = target.connect()) {
      print(ClientOptions.await(target.sessions(flotilla).list()));
      return 0;
    }
  }

  @Command(
      name = "info",
      description = "One session. Exit code 1 if it does not exist.",
      mixinStandardHelpOptions = true)
  int info(@Mixin Target target, @Parameters(paramLabel = "ID") String id) {
    try (Flotilla flotilla = target.connect()) {
      Optional<Sessions.Session> found = ClientOptions.await(target.sessions(flotilla).info(id));
      print(found.stream().toList());
      return found.isPresent() ? 0 : missing(id);
    }
  }

  @Command(
      name = "create",
      description = "Create a session and print its id.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin Target target,
      @Option(names = "--name", defaultValue = "", description = "A name for people.") String name,
      @Option(names = "--ttl", defaultValue = "0", description = "Seconds; 0: never expires.")
          double ttl,
      @Option(
              names = "--exact",
              description = "End it after its TTL; the default, as in Consul, is twice that.")
          boolean exact,
      @Option(
              names = "--behavior",
              defaultValue = "release",
              description = "What happens to its keys: release or delete.")
          String behavior,
      @Option(names = "--lock-delay", defaultValue = "15", description = "Seconds, at most 60.")
          double lockDelay) {
    try (Flotilla flotilla = target.connect()) {
      Screen.say(
          "%s",
          ClientOptions.await(
              target
                  .sessions(flotilla)
                  .create(name, seconds(ttl), exact, behavior, seconds(lockDelay))));
      return 0;
    }
  }

  @Command(
      name = "renew",
      description = "Restart a session's TTL. Exit code 1 if it does not exist.",
      mixinStandardHelpOptions = true)
  int renew(@Mixin Target target, @Parameters(paramLabel = "ID") String id) {
    try (Flotilla flotilla = target.connect()) {
      return ClientOptions.await(target.sessions(flotilla).renew(id)) ? 0 : missing(id);
    }
  }

  @Command(
      name = "destroy",
      description = "End a session; its keys are released or deleted.",
      mixinStandardHelpOptions = true)
  int destroy(@Mixin Target target, @Parameters(paramLabel = "ID") String id) {
    try (Flotilla flotilla = target.connect()) {
      ClientOptions.await(target.sessions(flotilla).destroy(id));
      return 0;
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static int missing(String id) {
    Screen.remark("no such session: %s", id);
    return 1;
  }

  private static void print(List<Sessions.Session> sessions) {
    for (Sessions.Session s : sessions) {
      Screen.say(
          "%s  ttl=%s  behavior=%s  node=%s  name=%s",
          s.id(), ttl(s), s.behavior(), s.node(), s.name());
    }
  }

  private static String ttl(Sessions.Session s) {
    return s.ttl().isEmpty() ? "-" : s.exactTtl() ? s.ttl() + " exactly" : s.ttl();
  }
}
