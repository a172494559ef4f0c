package io.flotilla.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.async.Futures;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Instance;
import io.flotilla.client.ServiceWatch;
import io.flotilla.client.Services;
import io.flotilla.proxy.Proxies;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.proxy.ProxySettings.Listener;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code proxy}: runs a TCP proxy for a service in this process. */
@Command(
    name = "proxy",
    description = "Listen on an address and forward each connection to an instance of a service.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "An instance that refuses a connection is left out for a while, and another is",
      "tried. While no Flotilla node answers, the last known instances are used. On",
      "Ctrl-C or SIGTERM it accepts no new connections and lets the open ones finish.",
      "Timeouts and limits are set in flotilla.proxy (see application.conf).",
      "",
      "Examples:",
      "  ./flotilla proxy --service web --listen 127.0.0.1:4000",
      "  ./flotilla proxy --service consul --policy least-connections"
    })
public final class ProxyCommand implements Callable<Integer> {
  /** This process's table has only one service, in one namespace. */
  private static final String NAMESPACE = "default";

  @Mixin private ClientOptions client;

  @Option(names = "--service", required = true, paramLabel = "NAME", description = "The service.")
  private String service;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:4000",
      description = "Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description =
          "round-robin, least-connections, consistent-hash, weighted or random-two. Default: the"
              + " service's Meta flotilla-policy, else round-robin")
  private String policy;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "client",
      description = "Key of consistent-hash. TCP knows only client, the client's address.")
  private String key;

  @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: default")
  private String namespace;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long open connections may last at the end. Default: ${DEFAULT-VALUE}")
  private int drain;

  /** How long it waits for the service's instances before it listens without any. */
  private static final int FIRST_SECONDS = 5;

  private final CountDownLatch first = new CountDownLatch(1);
  private final Map<String, Instance> known = new LinkedHashMap<>();
  private Version version = new Version(1, 0);

  @Override
  public Integer call() throws InterruptedException {
    ProxySettings.checkKey(key);
    Policy how = policy == null ? null : Policy.of(policy);
    Listener listener = ProxySettings.listener(listen, NAMESPACE, service, how);
    Config config = config();
    ProxySettings given = ProxySettings.of(config.getConfig("flotilla"));
    ProxySettings settings = new ProxySettings(given.limits(), List.of(listener), given.targets());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "proxy", config);
    Balancer balancer =
        new Balancer(
            (name, instance, time) ->
                Screen.remark(
                    "ejected: %s at %s accepts no connections; retrying in %d s",
                    instance.id(), instance.endpoint(), time.toSeconds()),
            System::nanoTime);
    try (Flotilla flotilla = client.connect();
        ServiceWatch watch = services(flotilla).watch(service, true, follow(balancer))) {
      first.await(FIRST_SECONDS, TimeUnit.SECONDS);
      start(system, settings, balancer);
      system.getWhenTerminated().toCompletableFuture().join();
    }
    return 0;
  }

  private Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "akka.actor.provider", "local",
                "flotilla.proxy.drain", drain + " s",
                "akka.coordinated-shutdown.phases.service-requests-done.timeout", drain + 1 + " s"))
        .withFallback(ConfigFactory.load());
  }

  private static void start(ActorSystem<Void> system, ProxySettings settings, Balancer balancer) {
    try {
      Proxies proxies =
          Proxies.start(system, settings, balancer, System::nanoTime).toCompletableFuture().join();
      proxies
          .list()
          .forEach(
              p ->
                  Screen.say(
                      "listening on %s:%d for %s (%s)",
                      p.address().getHostString(),
                      p.address().getPort(),
                      p.listener().service(),
                      p.listener().policy() == null
                          ? "the service's own policy"
                          : p.listener().policy().text()));
    } catch (CompletionException e) {
      system.terminate();
      throw new CliException("%s", Futures.unwrap(e).getMessage());
    }
  }

  private Services services(Flotilla flotilla) {
    return namespace == null ? flotilla.services() : flotilla.services(namespace);
  }

  private ServiceWatch.Listener follow(Balancer balancer) {
    return new ServiceWatch.Listener() {
      @Override
      public void changed(List<Instance> instances) {
        version = version.next();
        balancer.update(balancer.table().with(version, List.of(upstream(instances)), List.of()));
        tell(instances);
        first.countDown();
      }

      @Override
      public void unreachable(FlotillaException reason) {
        Screen.remark(
            "%s; continuing with the %d last known instances", reason.getMessage(), known.size());
        first.countDown();
      }

      @Override
      public void reachable() {
        Screen.remark("a Flotilla node is answering again");
      }
    };
  }

  private Upstream upstream(List<Instance> instances) {
    return Upstream.of(
        NAMESPACE,
        service,
        instances.isEmpty() ? Map.of() : instances.get(0).meta(),
        instances.stream()
            .map(
                i ->
                    new io.flotilla.registry.balance.Instance(
                        i.node(), i.id(), i.address(), i.port(), Math.max(1, i.weight())))
            .toList());
  }

  private void tell(List<Instance> instances) {
    Map<String, Instance> now = new LinkedHashMap<>();
    instances.forEach(i -> now.put(i.id() + " at " + i.authority(), i));
    now.keySet().stream().filter(i -> !known.containsKey(i)).forEach(i -> Screen.say("+ %s", i));
    known.keySet().stream().filter(i -> !now.containsKey(i)).forEach(i -> Screen.say("- %s", i));
    known.clear();
    known.putAll(now);
    Screen.say("instances: %d", known.size());
  }
}
