package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Instance;
import io.flotilla.client.ServiceWatch;
import io.flotilla.client.Services;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code service}: registers and finds services. */
@Command(
    name = "service",
    description = "Register, look up and watch services.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(register|deregister|lookup|list|watch)",
    subcommands = ServiceRegister.class,
    footer = {
      "",
      "Examples:",
      "  ./flotilla service register web --address 10.0.0.7 --port 8080 \\",
      "      --http http://10.0.0.7:8080/health --interval 5s",
      "  ./flotilla service lookup web",
      "  ./flotilla service watch web --http-addr 10.0.0.1:8500,10.0.0.2:8500",
      "  ./flotilla service deregister web",
    })
public final class ServiceCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "Which: register, deregister, lookup, list, watch?");
  }

  static final class Target {
    @Mixin private ClientOptions client;

    @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: default")
    private String namespace;

    Flotilla connect() {
      return client.connect();
    }

    Services services(Flotilla flotilla) {
      return namespace == null ? flotilla.services() : flotilla.services(namespace);
    }
  }

  @Command(
      name = "deregister",
      description = "Remove an instance. Exit code 1 if none has this id.",
      mixinStandardHelpOptions = true)
  int deregister(@Mixin Target target, @Parameters(paramLabel = "ID") String id) {
    try (Flotilla flotilla = target.connect()) {
      if (!ClientOptions.await(target.services(flotilla).deregister(id))) {
        Screen.remark("no such service id: %s", id);
        return 1;
      }
      Screen.say("OK");
      return 0;
    }
  }

  @Command(
      name = "lookup",
      description = "Print the passing instances. Exit code 1 if there are none.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  ./flotilla service lookup --all web"})
  int lookup(
      @Mixin Target target,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--all", description = "Include those that are not passing.") boolean all) {
    try (Flotilla flotilla = target.connect()) {
      List<Instance> found = ClientOptions.await(target.services(flotilla).lookup(name, !all));
      found.forEach(i -> Screen.say("%s", line(i)));
      if (found.isEmpty()) {
        Screen.remark("no %sinstance of \"%s\"", all ? "" : "passing ", name);
        return 1;
      }
      return 0;
    }
  }

  @Command(
      name = "list",
      description = "Print the names of all services, each with its tags.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Target target) {
    try (Flotilla flotilla = target.connect()) {
      Map<String, List<String>> names = ClientOptions.await(target.services(flotilla).names());
      new TreeMap<>(names)
          .forEach(
              (name, tags) ->
                  Screen.say("%s", tags.isEmpty() ? name : name + "  " + String.join(",", tags)));
      return 0;
    }
  }

  @Command(
      name = "watch",
      description = "Print all instances whenever something about them changes, until Ctrl-C.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  ./flotilla service watch web"})
  int watch(@Mixin Target target, @Parameters(paramLabel = "NAME") String name)
      throws InterruptedException {
    try (Flotilla flotilla = target.connect();
        ServiceWatch watch = target.services(flotilla).watch(name, false, new Printer(name))) {
      new CountDownLatch(1).await();
      return 0;
    }
  }

  private record Printer(String name) implements ServiceWatch.Listener {
    @Override
    public void changed(List<Instance> instances) {
      Screen.say("%s: %d", name, instances.size());
      instances.forEach(i -> Screen.say("  %s", line(i)));
    }

    @Override
    public void unreachable(FlotillaException reason) {
      Screen.remark("%s; still trying", reason.getMessage());
    }

    @Override
    public void reachable() {
      Screen.remark("connected again");
    }
  }

  private static String line(Instance i) {
    return String.format(
        "%s  %s  %s  node=%s%s",
        i.authority(),
        i.status().name().toLowerCase(Locale.ROOT),
        i.id(),
        i.node(),
        i.tags().isEmpty() ? "" : "  tags=" + String.join(",", i.tags()));
  }
}
