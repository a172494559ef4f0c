package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The services of one namespace: who offers what, and where. {@link Registration} keeps one
 * registered, {@link ServiceWatch} follows one.
 */
public final class Services {
  private static final TypeReference<List<Row>> ROWS = new TypeReference<>() {};
  private static final TypeReference<Map<String, List<String>>> NAMES = new TypeReference<>() {};

  private final Transport transport;
  private final String namespace;

  Services(Transport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  /** Registers an instance, or replaces the one with its id. */
  public CompletableFuture<Void> register(ServiceDefinition service) {
    Path path = path("agent/service/register", "").add("replace-existing-checks", "true");
    return transport
        .send(Call.write("PUT", path.toString(), Json.bytes(service.json())))
        .thenAccept(a -> a.expect(200));
  }

  /**
   * Registers an instance and keeps it so, until it is closed.
   *
   * @throws FlotillaException when it can't be registered now
   */
  public Registration keepRegistered(ServiceDefinition service, Registration.Listener listener) {
    return Registration.open(this, service, listener);
  }

  /**
   * Removes an instance.
   *
   * @return false if there is none with this id
   */
  public CompletableFuture<Boolean> deregister(String id) {
    return transport
        .send(Call.write("PUT", path("agent/service/deregister/", id).toString(), null))
        .thenApply(Services::known);
  }

  /**
   * Reports that all is well; starts the TTL again.
   *
   * @param checkId of a TTL check, see {@link ServiceDefinition#checkId}
   * @param note for people; null: none
   * @return false if there is no such check
   */
  public CompletableFuture<Boolean> pass(String checkId, String note) {
    return report("pass", checkId, note);
  }

  /** Reports that something is not as it should be; starts the TTL again. */
  public CompletableFuture<Boolean> warn(String checkId, String note) {
    return report("warn", checkId, note);
  }

  /** Reports that the service does not work. */
  public CompletableFuture<Boolean> fail(String checkId, String note) {
    return report("fail", checkId, note);
  }

  private CompletableFuture<Boolean> report(String status, String checkId, String note) {
    Path path = path("agent/check/" + status + "/", checkId).add("note", note);
    return transport.send(Call.write("PUT", path.toString(), null)).thenApply(Services::known);
  }

  /** The instances of a service, in one order; empty if there is none. */
  public CompletableFuture<List<Instance>> lookup(String name, boolean passingOnly) {
    return awaitChange(name, passingOnly, 0, Duration.ZERO).thenApply(Found::instances);
  }

  /**
   * The instances once something about them has changed after an index, or as they are when the
   * wait is over.
   *
   * @param index what the last {@link Found} said; 0 answers at once
   * @param wait at most 10 minutes
   */
  public CompletableFuture<Found> awaitChange(
      String name, boolean passingOnly, long index, Duration wait) {
    Path path = path("health/service/", name).addIf(passingOnly ? "passing" : null);
    if (index > 0) {
      path.add("index", Long.toString(index)).add("wait", wait.toMillis() + "ms");
    }
    return transport
        .send(Call.read(path.toString()).waiting(wait.plus(wait.dividedBy(16))))
        .thenApply(Services::found);
  }

  /**
   * What {@link #awaitChange} saw. It may be the same as before.
   *
   * @param index to hand to the next call
   */
  public record Found(List<Instance> instances, long index) {}

  /** Follows a service in the background. */
  public ServiceWatch watch(String name, boolean passingOnly, ServiceWatch.Listener listener) {
    return new ServiceWatch(this, name, passingOnly, listener);
  }

  /** The names of all services, each with the tags of its instances. */
  public CompletableFuture<Map<String, List<String>>> names() {
    return transport
        .send(Call.read(path("catalog/services", "").toString()))
        .thenApply(a -> Json.read(a.expect(200), NAMES));
  }

  private Path path(String fixed, String name) {
    return Path.of("/v1/" + fixed, name).add("ns", namespace);
  }

  private static boolean known(Answer answer) {
    return answer.expect(200, 404).status() == 200;
  }

  private static Found found(Answer answer) {
    return new Found(
        Json.read(answer.expect(200), ROWS).stream().map(Row::instance).toList(),
        answer.headers().firstValueAsLong("X-Consul-Index").orElse(0));
  }

  /** In Consul's JSON. */
  private record Row(Node node, Service service, List<CheckRow> checks) {
    private record Node(String node, String address) {}

    private record Service(
        String id,
        String service,
        List<String> tags,
        String address,
        int port,
        Map<String, String> meta,
        Weights weights) {}

    private record Weights(int passing, int warning) {}

    private record CheckRow(String status) {}

    Instance instance() {
      boolean own = service.address() != null && !service.address().isEmpty();
      return new Instance(
          service.id(),
          service.service(),
          node.node(),
          own ? service.address() : node.address(),
          service.port(),
          service.tags() == null ? List.of() : service.tags(),
          service.meta() == null ? Map.of() : service.meta(),
          service.weights() == null ? 1 : service.weights().passing(),
          status());
    }

    private Status status() {
      return checks == null
          ? Status.PASSING
          : checks.stream()
              .map(c -> Status.of(c.status()))
              .max(Comparator.naturalOrder())
              .orElse(Status.PASSING);
    }
  }
}
