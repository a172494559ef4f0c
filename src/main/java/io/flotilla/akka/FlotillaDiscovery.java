package io.flotilla.akka;

import akka.actor.ExtendedActorSystem;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery;
import com.typesafe.config.Config;
import io.flotilla.client.Instance;
import io.flotilla.client.Services;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * Looks services up in Flotilla's registry ({@code akka.discovery.method = flotilla}).
 *
 * <p>An instance is where its address and port say. A lookup with a port's name is for a service
 * that has several: the port is then the number in the instance's metadata of the name {@code
 * port-NAME}, and instances without it are left out. A protocol makes no difference.
 */
public final class FlotillaDiscovery extends ServiceDiscovery {
  private final Services services;
  private final boolean passingOnly;

  /** Instantiated by Akka, by name. */
  public FlotillaDiscovery(ExtendedActorSystem system) {
    Config config = system.settings().config().getConfig("akka.discovery.flotilla");
    String namespace = config.getString("namespace");
    FlotillaClient client = FlotillaClient.get(system);
    this.services =
        namespace.isEmpty() ? client.flotilla().services() : client.flotilla().services(namespace);
    this.passingOnly = config.getBoolean("passing-only");
  }

  @Override
  public Future<Resolved> lookup(Lookup lookup, FiniteDuration patience) {
    CompletionStage<Resolved> found =
        services
            .lookup(lookup.serviceName(), passingOnly)
            .copy()
            .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
            .thenApply(instances -> resolved(lookup, instances));
    return FutureConverters.asScala(found);
  }

  private static Resolved resolved(Lookup lookup, List<Instance> instances) {
    List<ResolvedTarget> targets =
        instances.stream()
            .flatMap(instance -> target(instance, lookup.getPortName()).stream())
            .toList();
    return new Resolved(lookup.serviceName(), CollectionConverters.asScala(targets).toIndexedSeq());
  }

  private static Optional<ResolvedTarget> target(Instance instance, Optional<String> portName) {
    Optional<Integer> port =
        portName.isEmpty()
            ? Optional.of(instance.port()).filter(number -> number != 0)
            : portName.flatMap(name -> number(instance.meta().get("port-" + name)));
    if (portName.isPresent() && port.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ResolvedTarget(
            instance.address(),
            OptionConverters.toScala(port.map(number -> (Object) number)),
            scala.Option.<InetAddress>empty()));
  }

  private static Optional<Integer> number(String port) {
    try {
      return Optional.ofNullable(port).map(Integer::parseInt);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
