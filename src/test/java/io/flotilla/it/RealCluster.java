package io.flotilla.it;

import io.flotilla.FreePorts;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Nodes as real processes of the packaged jar, to be killed and paused: on free loopback ports, or
 * each in a network of its own.
 */
final class RealCluster implements AutoCloseable {
  /** For anything that must happen sooner or later, even on a busy machine. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Path LAUNCHER = Path.of("flotilla").toAbsolutePath();

  /** Wanted by nodes that other machines could reach. */
  private static final String TOKEN = "of-the-tests-and-nobody-else";

  /** Where the nodes are. */
  interface Hosts {
    int size();

    String address(int node);

    /** What a command is put behind to run there. */
    List<String> inside(int node);
  }

  private record Loopback(int size) implements Hosts {
    @Override
    public String address(int node) {
      return "127.0.0.1";
    }

    @Override
    public List<String> inside(int node) {
      return List.of();
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Path data;
  private final List<Integer> ports;
  private final Process[] processes;

  private final Hosts hosts;
  private final Map<String, String> environment;
  private final Map<Integer, Map<String, String>> environments = new HashMap<>();
  private final String[] names;

  /** How many form it; the others join. */
  private final int founders;

  private boolean formed;
  private boolean seeded = true;
  private Path launcher = LAUNCHER;

  private RealCluster(Path data, Hosts hosts, int founders, Map<String, String> environment) {
    this.data = data;
    this.hosts = hosts;
    this.founders = founders;
    this.names =
        IntStream.rangeClosed(1, hosts.size()).mapToObj(i -> "n" + i).toArray(String[]::new);
    this.environment = environment;
    this.ports = FreePorts.next(3 * hosts.size());
    this.processes = new Process[hosts.size()];
  }

  /** Starts the nodes n1, n2, … and waits until each is ready. */
  static RealCluster start(Path data, int size) {
    return start(data, size, Map.of());
  }

  /** With these environment variables. */
  static RealCluster start(Path data, int size, Map<String, String> environment) {
    return start(data, new Loopback(size), environment);
  }

  /** Of another checkout's version. */
  static RealCluster start(Path data, int size, Path launcher) {
    RealCluster cluster = new RealCluster(data, new Loopback(size), size, Map.of());
    cluster.isRunBy(launcher);
    return cluster.begin().formed();
  }

  /** In these places. */
  static RealCluster start(Path data, Hosts hosts, Map<String, String> environment) {
    return begin(data, hosts, environment).formed();
  }

  /** Once each is ready. */
  RealCluster formed() {
    try {
      IntStream.range(0, founders).forEach(this::awaitReady);
      formed = true;
      return this;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The same without waiting. */
  static RealCluster begin(Path data, int size, Map<String, String> environment) {
    return begin(data, new Loopback(size), environment);
  }

  static RealCluster begin(Path data, Hosts hosts, Map<String, String> environment) {
    return new RealCluster(data, hosts, hosts.size(), environment).begin();
  }

  /** Each with an environment of its own besides; doesn't wait. */
  static RealCluster begin(
      Path data, int size, Map<String, String> environment, IntFunction<Map<String, String>> own) {
    RealCluster cluster = new RealCluster(data, new Loopback(size), size, environment);
    IntStream.range(0, size).forEach(node -> cluster.isToldFromNowOn(node, own.apply(node)));
    return cluster.begin();
  }

  /** The environment of a node, when it is started next, besides that of all. */
  void isToldFromNowOn(int node, Map<String, String> environment) {
    environments.put(node, environment);
  }

  /** Starts the first of them as a cluster of its own, which the others are to join. */
  static RealCluster alone(Path data, int size) {
    return new RealCluster(data, new Loopback(size), 1, Map.of()).begin().formed();
  }

  private RealCluster begin() {
    try {
      startAll();
      return this;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** All that form it. */
  void startAll() {
    IntStream.range(0, founders).forEach(this::start);
  }

  int size() {
    return processes.length;
  }

  /** What it is called; in the beginning n1, n2, … */
  String name(int node) {
    return names[node];
  }

  /** Has a node take the name of another, which is no more. */
  void rename(int node, String name) {
    names[node] = name;
  }

  void start(int node) {
    if (node < founders) {
      start(node, List.of("--seeds=" + seeds(node), "--bootstrap=" + !formed));
    } else {
      int[] others = IntStream.range(0, size()).filter(i -> i != node && isAlive(i)).toArray();
      join(node, IntStream.of(others).map(this::clusterPort).toArray());
    }
  }

  /** Starts a node that is to join those with these cluster ports. */
  void join(int node, int... clusterPorts) {
    start(
        node,
        IntStream.of(clusterPorts)
            .mapToObj(port -> "--join=" + hosts.address(node) + ":" + port)
            .toList());
  }

  private void start(int node, List<String> membership) {
    try {
      Path dir = dataOf(node);
      Files.createDirectories(data);
      List<String> command = new ArrayList<>(hosts.inside(node));
      command.addAll(
          List.of(
              launcher.toString(),
              "node",
              "--id=" + name(node),
              "--data=" + dir,
              "--host=" + hosts.address(node),
              "--http=" + address(node),
              "--cluster-port=" + clusterPort(node),
              "--raft-port=" + raftPort(node)));
      command.addAll(membership);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("FLOTILLA_HEAP", "384m"); // whatever memory the tests' machine has
      // On a busy machine a change of leader takes long, and no test depends on how long.
      builder.environment().put("FLOTILLA_REQUEST_TIMEOUT", "60s");
      builder.environment().put("FLOTILLA_JOURNAL_DEADLINE", "50s");
      builder.environment().put("FLOTILLA_JOURNAL_READ_DEADLINE", "50s");
      token()
          .ifPresent(
              token ->
                  builder
                      .environment()
                      .putAll(Map.of("FLOTILLA_HTTP_TOKEN", token, "FLOTILLA_INSECURE", "yes")));
      builder.environment().putAll(environment);
      builder.environment().putAll(environments.getOrDefault(node, Map.of()));
      processes[node] =
          builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(node).toFile()))
              .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** From now on nodes are started by the launcher of another checkout, with its jar. */
  void isRunBy(Path launcher) {
    this.launcher = launcher;
  }

  /** From now on nodes are those of this checkout. */
  void isRunByOwn() {
    launcher = LAUNCHER;
  }

  /** From now on nodes are started with no seeds but themselves. */
  void hasNoSeeds() {
    seeded = false;
  }

  void hasSeeds() {
    seeded = true;
  }

  private String seeds(int node) {
    return IntStream.range(0, founders)
        .filter(i -> seeded || i == node)
        .mapToObj(
            i -> "%s@%s:%d:%d".formatted(name(i), hosts.address(i), clusterPort(i), raftPort(i)))
        .collect(Collectors.joining(","));
  }

  int httpPort(int node) {
    return ports.get(3 * node);
  }

  int clusterPort(int node) {
    return ports.get(3 * node + 1);
  }

  int raftPort(int node) {
    return ports.get(3 * node + 2);
  }

  Path dataOf(int node) {
    return data.resolve("n" + (node + 1));
  }

  Path logOf(int node) {
    return data.resolve("n" + (node + 1) + ".log");
  }

  /** All addresses, for the client. */
  String addresses() {
    return IntStream.range(0, size()).mapToObj(this::address).collect(Collectors.joining(","));
  }

  /** Where it serves HTTP. */
  String address(int node) {
    return hosts.address(node) + ":" + httpPort(node);
  }

  /** What requests have to send, if anything. */
  Optional<String> token() {
    return hosts instanceof Loopback ? Optional.empty() : Optional.of(TOKEN);
  }

  Flotilla client() {
    return Flotilla.builder(addresses()).token(token().orElse(null)).deadline(PATIENCE).build();
  }

  // ---- faults

  void kill(int node) {
    processes[node].destroyForcibly();
    await(processes[node]);
  }

  /** SIGTERM; returns the exit code. */
  int stop(int node) {
    processes[node].destroy();
    await(processes[node]);
    return processes[node].exitValue();
  }

  /** Once it has ended by itself. */
  int exitCode(int node) {
    await(processes[node]);
    return processes[node].exitValue();
  }

  void pause(int node) {
    signal(node, "-STOP");
  }

  void resume(int node) {
    signal(node, "-CONT");
  }

  private void signal(int node, String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", signal, Long.toString(processes[node].pid())).start();
      await(kill);
      if (kill.exitValue() != 0) {
        throw new AssertionError("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  boolean isAlive(int node) {
    return processes[node] != null && processes[node].isAlive();
  }

  /** Deletes the disk. */
  void wipe(int node) {
    try (Stream<Path> files = Files.walk(dataOf(node))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void awaitReady() {
    for (int i = 0; i < size(); i++) {
      awaitReady(i);
    }
  }

  void awaitReady(int node) {
    Awaitility.await("n" + (node + 1) + " is ready; its log:\n" + log(node))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .failFast(
            () -> {
              if (!isAlive(node)) {
                throw new AssertionError(name(node) + " has ended; its log:\n" + log(node));
              }
            })
        .until(() -> get(node, "/ready").statusCode() == 200);
  }

  /** Every member answered for the same index of the log, with the same digest. */
  void awaitInSync() {
    awaitInSync(size());
  }

  void awaitInSync(int members) {
    try (Flotilla client = client()) {
      Awaitility.await("all members in sync")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(
              () -> {
                var replication = Flotilla.await(client.cluster().replication());
                return replication.digests().size() == members && replication.inSync();
              });
    }
  }

  /** The node on which a namespace runs, once it runs anywhere. */
  int ownerOf(String namespace) {
    try (Flotilla client = client()) {
      return Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () ->
                  Flotilla.await(client.cluster().view())
                      .ownerOf(namespace)
                      .map(id -> Integer.parseInt(id.substring(1)) - 1)
                      .orElse(-1),
              owner -> owner >= 0);
    }
  }

  String log(int node) {
    try {
      return Files.exists(logOf(node)) ? Files.readString(logOf(node)) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  // ---- plain HTTP

  HttpResponse<String> get(int node, String path) {
    return send(node, path, "GET", BodyPublishers.noBody());
  }

  HttpResponse<String> put(int node, String path, String body) {
    return send(node, path, "PUT", BodyPublishers.ofString(body));
  }

  HttpResponse<String> delete(int node, String path) {
    return send(node, path, "DELETE", BodyPublishers.noBody());
  }

  HttpResponse<String> send(
      int node, String path, String method, HttpRequest.BodyPublisher body, String... headers) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + address(node) + path))
              .timeout(PATIENCE)
              .method(method, body);
      token().ifPresent(token -> request.header("X-Consul-Token", token));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path + ": " + e, e);
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly();
      }
    }
    for (Process process : processes) {
      if (process != null) {
        await(process);
      }
    }
  }
}
