package io.flotilla.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network that can be cut, on this machine: a Linux network namespace for each node, all on one
 * bridge, which has an address of its own. So the test reaches every node, whatever is cut between
 * them.
 *
 * <p>A cut is silent, as a broken cable is: nothing is refused, packets vanish. The sender has a
 * wrong, permanent entry for the receiver's hardware address, so a cut has a direction.
 *
 * <p>Every name says which process made it. What a killed one left behind is removed when the next
 * begins, with the processes in it; other names are never touched.
 */
final class Net implements RealCluster.Hosts, AutoCloseable {
  private static final String NOBODY = "02:00:00:00:00:99";
  private static final long SELF = ProcessHandle.current().pid();

  /**
   * Of namespaces; of interfaces, whose names have at most 15 characters. Then comes the process.
   */
  private static final Pattern NAMESPACE = Pattern.compile("flotilla-it-(\\d+)-\\d+-\\d");

  private static final Pattern INTERFACE = Pattern.compile("flt(\\d+)-\\d+(-\\d)?");

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Set<Net> OPEN = ConcurrentHashMap.newKeySet();

  private record Way(int from, int to) {}

  private final int size;
  private final int number = COUNT.incrementAndGet();
  private final String subnet;
  private final Set<Way> cut = new HashSet<>();

  private Net(int size) {
    this.size = size;
    this.subnet = freeSubnet(number);
  }

  // ---- whether it can be used here

  /** Skips the test, with the reason, where this machine doesn't allow it. */
  static Net assumed(int size) {
    Optional<String> missing = missing();
    assumeTrue(missing.isEmpty(), () -> "no networks of their own for nodes: " + missing.get());
    return of(size);
  }

  /** Why it can't be used here; empty if it can. */
  static Optional<String> missing() {
    return Trial.MISSING;
  }

  /** Made once, when first asked for. */
  private static final class Trial {
    /** What a machine says that doesn't allow it; anything else is a fault here. */
    private static final String REFUSALS =
        "(?s).*(not permitted|not supported|denied|Unknown device type).*";

    static final Optional<String> MISSING = make();

    private static Optional<String> make() {
      if (!System.getProperty("os.name").equals("Linux")) {
        return Optional.of("this is not Linux");
      }
      try {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
          return Optional.of("this takes root");
        }
        run("ip", "netns", "list");
      } catch (IOException | IllegalStateException e) {
        return Optional.of("the command 'ip' can't be used: " + e.getMessage());
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Net::close)));
      sweep(pid -> pid == SELF || ProcessHandle.of(pid).isEmpty());
      try (Net net = of(2)) {
        return net.passes() ? Optional.empty() : Optional.of("packets don't pass a bridge here");
      } catch (IllegalStateException e) {
        if (e.getMessage().matches(REFUSALS)) {
          return Optional.of(e.getMessage());
        }
        throw e;
      }
    }
  }

  /** Nothing listens; if packets pass, that is said. */
  private boolean passes() {
    List<String> connect = new ArrayList<>(inside(0));
    connect.addAll(List.of("timeout", "30", "bash", "-c", ": < /dev/tcp/" + address(1) + "/9"));
    return execute(connect).output().contains("refused");
  }

  /** Removes what these processes made, and ends what runs in it. */
  static void sweep(LongPredicate isOver) {
    for (String name : namespaces()) {
      if (isMadeBy(NAMESPACE, name, isOver)) {
        removeNamespace(name);
      }
    }
    for (String name : interfaces()) {
      if (isMadeBy(INTERFACE, name, isOver)) {
        execute(List.of("ip", "link", "del", name));
      }
    }
  }

  private static boolean isMadeBy(Pattern pattern, String name, LongPredicate process) {
    Matcher matcher = pattern.matcher(name);
    return matcher.matches() && process.test(Long.parseLong(matcher.group(1)));
  }

  static List<String> namespaces() {
    return run("ip", "netns", "list").lines().map(line -> line.split(" ")[0]).toList();
  }

  /** Bridges, and ends of cables. */
  static List<String> interfaces() {
    return Stream.of("bridge", "veth")
        .flatMap(type -> run("ip", "-br", "link", "show", "type", type).lines())
        .map(line -> line.split("[@ ]")[0])
        .toList();
  }

  // ---- building

  static Net of(int size) {
    Net net = new Net(size);
    OPEN.add(net);
    try {
      net.build();
      return net;
    } catch (RuntimeException e) {
      net.close();
      throw e;
    }
  }

  private void build() {
    run("ip", "link", "add", bridge(), "type", "bridge");
    run("ip", "addr", "add", subnet + ".1/24", "dev", bridge());
    run("ip", "link", "set", bridge(), "up");
    for (int node = 0; node < size; node++) {
      String name = namespace(node);
      run("ip", "netns", "add", name);
      run(
          "ip link add %s type veth peer name eth0 netns %s"
              .formatted(cable(node), name)
              .split(" "));
      run("ip", "link", "set", cable(node), "master", bridge(), "up");
      run("ip", "-n", name, "addr", "add", address(node) + "/24", "dev", "eth0");
      run("ip", "-n", name, "link", "set", "eth0", "up");
      run("ip", "-n", name, "link", "set", "lo", "up");
    }
  }

  private String bridge() {
    return "flt%d-%d".formatted(SELF, number);
  }

  private String cable(int node) {
    return bridge() + "-" + node;
  }

  String namespace(int node) {
    return "flotilla-it-%d-%d-%d".formatted(SELF, number, node);
  }

  /** Of those that are set aside for measuring networks (RFC 2544), so nothing else uses them. */
  private static String freeSubnet(int number) {
    String used = run("ip", "-o", "-4", "addr");
    return IntStream.range(0, 256)
        .mapToObj(i -> "198.18." + (SELF + number + i) % 256)
        .filter(subnet -> !used.contains(" " + subnet + "."))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String address(int node) {
    return subnet + "." + (11 + node);
  }

  @Override
  public List<String> inside(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  // ---- faults

  /** Neither hears the other. */
  void cut(int one, int other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /** What {@code from} sends to {@code to} is lost; what comes back arrives. */
  synchronized void cutOneWay(int from, int to) {
    String address = address(to);
    run(
        "ip -n %s neigh replace %s lladdr %s nud permanent dev eth0"
            .formatted(namespace(from), address, NOBODY)
            .split(" "));
    cut.add(new Way(from, to));
  }

  /** From all other nodes; the test still reaches it. */
  void isolate(int node) {
    IntStream.range(0, size).filter(other -> other != node).forEach(other -> cut(node, other));
  }

  /** Everything that is cut. */
  synchronized void heal() {
    for (Way way : cut) {
      run(
          "ip -n %s neigh del %s dev eth0"
              .formatted(namespace(way.from()), address(way.to()))
              .split(" "));
    }
    cut.clear();
  }

  @Override
  public void close() {
    for (int node = 0; node < size; node++) {
      execute(List.of("ip", "link", "del", cable(node)));
      removeNamespace(namespace(node));
    }
    execute(List.of("ip", "link", "del", bridge()));
    OPEN.remove(this);
  }

  /** A namespace lives on as long as a process is in it. */
  private static void removeNamespace(String name) {
    Finished pids = execute(List.of("ip", "netns", "pids", name));
    if (pids.code() == 0) {
      pids.output()
          .lines()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
          .forEach(ProcessHandle::destroyForcibly);
      execute(List.of("ip", "netns", "del", name));
    }
  }

  // ---- commands

  private record Finished(int code, String output) {}

  private static String run(String... command) {
    Finished finished = execute(List.of(command));
    if (finished.code() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + finished.output().strip());
    }
    return finished.output();
  }

  private static Finished execute(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      return new Finished(process.waitFor(), new String(output, StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
    }
  }
}
