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
 * The services of one namespace: what is offered, and where (<a
 * href="https://developer.hashicorp.com/consul/api-docs/agent/service">Consul's registry</a>). An
 * instance is registered through any node and found through every other. {@link #keepRegistered}
 * keeps one registered, {@link #watch} follows one.
 *
 * <p>Futures fail with a {@link FlotillaException}, whose page lists the codes. All writes here may
 * be repeated if their outcome is unknown. Lookups are linearizable. Immutable and thread-safe.
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

  /**
   * Registers an instance, or replaces the one with its id; a check that is there already keeps its
   * status. Nobody keeps the instance alive but its check.
   *
   * @param service what to register
   * @return completes once a majority has it on disk; fails with code {@code reserved-id} for the
   *     id of one of Flotilla's own
   */
  public CompletableFuture<Void> register(ServiceDefinition service) {
    UrlPath path = path("agent/service/register", "").add("replace-existing-checks", "true");
    return transport
        .send(Call.write("PUT", path.toString(), Jackson.bytes(service.json())))
        .thenAccept(a -> a.expect(200));
  }

  /**
   * Registers an instance and keeps it registered until it is closed. A TTL check starts as
   * passing.
   *
   * @param service what to register
   * @param listener called about renewals; {@link Registration.Listener#none} ignores them
   * @return the registration, once Flotilla has it
   * @throws FlotillaException if it can't be registered now. If the outcome is unknown, it may be
   *     registered, but nothing renews it
   */
  public Registration keepRegistered(ServiceDefinition service, Registration.Listener listener) {
    return Registration.open(this, service, listener);
  }

  /**
   * Removes an instance with its checks.
   *
   * @param id its id, not the name of its service
   * @return false if there is none with this id
   */
  public CompletableFuture<Boolean> deregister(String id) {
    return transport
        .send(Call.write("PUT", path("agent/service/deregister/", id).toString(), null))
        .thenApply(Services::known);
  }

  /**
   * Reports that all is well, and restarts the TTL.
   *
   * @param checkId the id of a TTL check, see {@link ServiceDefinition#checkId}
   * @param note for people; null: none. The server cuts it after 4,096 characters
   * @return false if there is no such check; fails with code {@code not-a-ttl-check} for another
   *     kind
   */
  public CompletableFuture<Boolean> pass(String checkId, String note) {
    return report("pass", checkId, note);
  }

  /**
   * Reports that something is not as it should be, and restarts the TTL.
   *
   * @param checkId as in {@link #pass}
   * @param note as in {@link #pass}
   * @return as in {@link #pass}
   */
  public CompletableFuture<Boolean> warn(String checkId, String note) {
    return report("warn", checkId, note);
  }

  /**
   * Reports that the service does not work, and restarts the TTL.
   *
   * @param checkId as in {@link #pass}
   * @param note as in {@link #pass}
   * @return as in {@link #pass}
   */
  public CompletableFuture<Boolean> fail(String checkId, String note) {
    return report("fail", checkId, note);
  }

  private CompletableFuture<Boolean> report(String status, String checkId, String note) {
    UrlPath path = path("agent/check/" + status + "/", checkId).add("note", note);
    return transport.send(Call.write("PUT", path.toString(), null)).thenApply(Services::known);
  }

  /**
   * {@return the instances of a service, ordered by node and id; empty if there is none}
   *
   * @param name the service's
   * @param passingOnly leaves out instances whose status is warning or critical
   */
  public CompletableFuture<List<Instance>> lookup(String name, boolean passingOnly) {
    return awaitChange(name, passingOnly, 0, Duration.ZERO).thenApply(Found::instances);
  }

  /**
   * Waits for a change of a service (<a
   * href="https://developer.hashicorp.com/consul/api-docs/features/blocking">Consul's blocking
   * queries</a>).
   *
   * @param name the service's
   * @param passingOnly leaves out instances whose status is warning or critical
   * @param index the index of the last {@link Found}; 0 answers at once
   * @param wait from 1 ms to 10 minutes; the server adds up to a sixteenth
   * @return the instances once something about them has changed after the index, or as they are
   *     when the wait is over
   */
  public CompletableFuture<Found> awaitChange(
      String name, boolean passingOnly, long index, Duration wait) {
    UrlPath path = path("health/service/", name).addIf(passingOnly ? "passing" : null);
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
   * @param instances ordered by node and id
   * @param index to pass to the next call; if it is lower than before, pass 0
   */
  public record Found(List<Instance> instances, long index) {}

  /**
   * Follows a service in the background.
   *
   * @param name the service's
   * @param passingOnly leaves out instances whose status is warning or critical
   * @param listener called with the first answer and with every change
   * @return the watch, which has started; close it
   */
  public ServiceWatch watch(String name, boolean passingOnly, ServiceWatch.Listener listener) {
    return new ServiceWatch(this, name, passingOnly, listener);
  }

  /**
   * {@return the names of all services, each with the tags of its instances}
   *
   * <p>Flotilla's own nodes are the services {@code consul} and {@code flotilla}.
   */
  public CompletableFuture<Map<String, List<String>>> names() {
    return transport
        .send(Call.read(path("catalog/services", "").toString()))
        .thenApply(a -> Jackson.read(a.expect(200), NAMES));
  }

  private UrlPath path(String fixed, String name) {
    return UrlPath.of("/v1/" + fixed, name).add("ns", namespace);
  }

  private static boolean known(Answer answer) {
    return answer.expect(200, 404).status() == 200;
  }

  private static Found found(Answer answer) {
    return new Found(
        Jackson.read(answer.expect(200), ROWS).stream().map(Row::instance).toList(),
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
