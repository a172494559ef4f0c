package io.flotilla.cli;

import io.flotilla.client.Check;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Registration;
import io.flotilla.client.ServiceDefinition;
import io.flotilla.client.Services;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service register NAME}. */
@Command(
    name = "register",
    description = "Register an instance; with --hold, keep it registered until Ctrl-C.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  ./flotilla service register web --port 8080 --tcp 127.0.0.1:8080",
      "  ./flotilla service register web --port 8080 --ttl 10s --hold",
    })
final class ServiceRegister implements Callable<Integer> {
  @Mixin private ServiceCommand.Target target;

  @Parameters(paramLabel = "NAME", description = "The service's name.")
  private String name;

  @Option(names = "--id", paramLabel = "ID", description = "The instance's id. Default: NAME")
  private String id;

  @Option(
      names = "--address",
      paramLabel = "HOST",
      defaultValue = "",
      description = "Default: the Flotilla node's")
  private String address;

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "0")
  private int port;

  @Option(names = "--tag", paramLabel = "TAG", description = "May be given several times.")
  private List<String> tags = List.of();

  @Option(names = "--meta", paramLabel = "KEY=VALUE", description = "May be given several times.")
  private Map<String, String> meta = Map.of();

  @Option(
      names = "--weight",
      paramLabel = "N",
      defaultValue = "1",
      description = "The instance's share of the traffic. Default: 1")
  private int weight;

  @ArgGroup private How how;

  private static final class How {
    @Option(
        names = "--ttl",
        paramLabel = "TIME",
        converter = Times.class,
        description = "The check turns critical unless renewed within this time; --hold renews it.")
    private Duration ttl;

    @Option(names = "--http", paramLabel = "URL", description = "Passing while GET returns 2xx.")
    private String http;

    @Option(
        names = "--tcp",
        paramLabel = "HOST:PORT",
        description = "Passing while a connection can be made.")
    private String tcp;
  }

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = Times.class,
      defaultValue = "10s",
      description = "Time between two HTTP or TCP checks. Default: 10s")
  private Duration interval;

  @Option(
      names = "--deregister-after",
      paramLabel = "TIME",
      converter = Times.class,
      description = "Deregister the instance after it has been critical for this long.")
  private Duration deregisterAfter;

  @Option(names = "--hold", description = "Keep it registered; Ctrl-C deregisters it.")
  private boolean hold;

  @Override
  public Integer call() throws InterruptedException {
    try (Flotilla flotilla = target.connect()) {
      Services services = target.services(flotilla);
      ServiceDefinition service = definition();
      if (!hold) {
        ClientOptions.await(services.register(service));
        Screen.say("OK");
        return 0;
      }
      Registration registration = services.keepRegistered(service, new Remarks());
      try (Unwind unwind = Unwind.on(registration::close)) {
        Screen.say("%s is registered until Ctrl-C", service.id());
        new CountDownLatch(1).await();
      }
      return 0;
    }
  }

  private ServiceDefinition definition() {
    ServiceDefinition service =
        ServiceDefinition.of(name)
            .id(id == null ? name : id)
            .address(address, port)
            .weight(weight)
            .check(check());
    for (String tag : tags) {
      service = service.tag(tag);
    }
    for (Map.Entry<String, String> entry : meta.entrySet()) {
      service = service.meta(entry.getKey(), entry.getValue());
    }
    return service;
  }

  private Check check() {
    if (how == null) {
      return null;
    }
    Check check =
        how.ttl != null
            ? Check.ttl(how.ttl)
            : how.http != null ? Check.http(how.http, interval) : Check.tcp(how.tcp, interval);
    return deregisterAfter == null ? check : check.deregisterAfter(deregisterAfter);
  }

  private static final class Remarks implements Registration.Listener {
    @Override
    public void registeredAgain() {
      Screen.remark("the registration was gone, and has been renewed");
    }

    @Override
    public void notRenewed(FlotillaException reason) {
      Screen.remark("%s", "not renewed: " + reason.getMessage() + "; still trying");
    }
  }
}
