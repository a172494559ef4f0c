package io.flotilla.lab.sim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Host;
import io.flotilla.lab.Report;
import io.flotilla.lab.sim.SimEvent.Kind;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run: the nodes, their disks, their true vector clocks, and what happens to them. */
final class World<M> {
  private final Scenario<M> scenario;
  private final Kernel kernel;
  private final long seed;
  private final Consumer<SimEvent> listener;
  private final int size;
  private final Timers timers;
  private final Network network;
  private final Menu menu;
  private final boolean[] down;
  private final boolean[] paused;
  private final Harness[] harnesses;
  private final boolean[] slow;
  private final Disk[] disks;
  private final int[] lives;
  private final int[][] clocks;
  private final Fingerprint[] histories;
  private final SortedMap<String, ActorRef<M>> refs = new TreeMap<>();

  private Faults left;
  private int step;
  private Throwable failure;
  private Flight timerFired;

  World(Scenario<M> scenario, Kernel kernel, long seed, Consumer<SimEvent> listener) {
    this.scenario = scenario;
    this.kernel = kernel;
    this.seed = seed;
    this.listener = listener;
    this.size = scenario.nodes().size();
    this.timers = new Timers(size, scenario.timing().isAsync(), scenario.limits().timers());
    this.network = new Network(this, scenario);
    this.down = new boolean[size];
    this.paused = new boolean[size];
    this.harnesses = new Harness[size];
    this.slow = new boolean[size];
    this.disks = new Disk[size];
    this.lives = new int[size];
    this.clocks = new int[size][size];
    this.histories = new Fingerprint[size];
    this.left = scenario.faults();
    this.menu = new Menu(this, scenario);
    for (int i = 0; i < size; i++) {
      disks[i] = new Disk();
      histories[i] = new Fingerprint();
    }
  }

  /** Starts every node; called inside the world's actor, so nothing runs before all have a ref. */
  void spawn(ActorContext<?> ctx, ActorRef<Report> reports) {
    for (int i = 0; i < size; i++) {
      int node = i;
      Behavior<M> life = Behaviors.setup(c -> scenario.behavior().apply(host(node, reports)));
      refs.put(name(i), ctx.spawn(Harness.around(this, i, life), name(i)));
    }
    for (Scenario.Stimulus<M> s : scenario.script()) {
      network.ask(indexOf(s.node()), Adapter.toClassic(refs.get(s.node())), s.message(), s.at());
    }
  }

  private Host<M> host(int node, ActorRef<Report> reports) {
    long own = seed * 1_000_003 + node * 10_007L + lives[node]++;
    return new Host<>(
        name(node),
        refs,
        reports,
        disks[node],
        new Random(own),
        () -> TimeUnit.MILLISECONDS.toNanos(timers.now(node)));
  }

  Options options() {
    return menu.options();
  }

  void perform(Choice choice) {
    step++;
    if (Faults.KINDS.contains(choice.kind())) {
      left = left.less(choice.kind());
    }
    int a = choice.kind() == Choice.Kind.CUT ? -1 : indexOf(choice.a());
    int b = indexOf(choice.b());
    switch (choice.kind()) {
      case DELIVER -> arrive(a, b, choice.nth());
      case STIMULUS -> arrive(network.outside(), b, 1);
      case TIMER -> fire(a);
      case DROP -> network.lose(a, b, choice.nth());
      case DUP -> network.duplicate(a, b, choice.nth());
      case CRASH -> crash(a, disks[a].atRisk());
      case POWER -> crash(a, 0);
      case TEAR -> crash(a, disks[a].atRisk() - 1);
      case RECOVER -> recover(a);
      case PAUSE -> {
        paused[a] = true;
        tell(Kind.PAUSE, a, -1, 0, "", null);
      }
      case RESUME -> {
        paused[a] = false;
        tell(Kind.RESUME, a, -1, 0, "", null);
      }
      case CUT -> {
        List<String> side = List.of(choice.a().split("\\+"));
        emit(Kind.CUT, "", "", 0, String.join(" ", side), null);
        network.cut(side.stream().map(this::indexOf).toList());
      }
      case ONEWAY -> {
        emit(Kind.CUT, "", "", 0, name(a) + " to " + name(b), null);
        network.sever(a, b);
      }
      case SLOW -> {
        slow[a] = true;
        tell(Kind.SLOW, a, -1, 0, "", null);
      }
      case QUICK -> {
        slow[a] = false;
        tell(Kind.QUICK, a, -1, 0, "", null);
      }
      case HEAL -> {
        network.heal();
        emit(Kind.HEAL, "", "", 0, "", null);
      }
    }
  }

  private void arrive(int from, int to, int nth) {
    Flight flight = network.channel(from, to).get(nth - 1);
    timers.advance(to, scenario.timing().isAsync() ? 0 : flight.earliest());
    if (down[to]) {
      network.lose(from, to, nth);
      return;
    }
    network.channel(from, to).remove(nth - 1);
    if (flight.clock() != null) {
      for (int i = 0; i < size; i++) {
        clocks[to][i] = Math.max(clocks[to][i], flight.clock()[i]);
      }
    }
    Kind kind = from == network.outside() ? Kind.STIMULUS : Kind.DELIVER;
    tell(kind, to, from, flight.id(), flight.message(), tick(to));
    remember(to, from, SimEvent.text(flight.message()));
    if (flight.clock() != null) {
      histories[to].add(flight.clock());
    }
    kernel.deliver(() -> flight.receiver().tell(flight.message(), flight.envelope().sender()));
    kernel.drain();
  }

  private void fire(int node) {
    Timer timer = timers.take(node);
    timerFired = new Flight(0, null, null, null, 0, 0);
    remember(node, node, "timer");
    kernel.runAs(node, timer.task);
    kernel.drain();
    arrived(node, "timer");
    timers.repeat(timer);
  }

  /** The node's behavior is about to see a message; if a timer sent it, now we know which one. */
  void arrived(int node, Object message) {
    if (timerFired != null) {
      timerFired = null;
      tell(Kind.TIMER, node, -1, 0, message, tick(node));
    }
  }

  /** Of the writes that no message has promised yet, the first {@code kept} survive. */
  private void crash(int node, int kept) {
    int lost = disks[node].atRisk() - kept;
    disks[node].keep(kept);
    down[node] = true;
    paused[node] = false;
    timers.forget(node);
    tell(Kind.CRASH, node, -1, 0, lost == 0 ? "" : "writes lost: " + lost, tick(node));
    remember(node, node, "crash " + lost);
  }

  private void recover(int node) {
    down[node] = false;
    tell(Kind.RECOVER, node, -1, 0, "", tick(node));
    remember(node, node, "recover");
    refs.get(name(node)).unsafeUpcast().tell(Harness.REBOOT);
    kernel.drain();
  }

  void watch(int node, Harness harness) {
    harnesses[node] = harness;
  }

  void reported(int node, Report report) {
    if (!down[node]) {
      tell(Kind.REPORT, node, -1, 0, report.event(), tick(node));
    }
  }

  void failed(int node, Throwable error) {
    failure = error;
    tell(Kind.FAIL, node, -1, 0, error.toString(), null);
  }

  /** One more event in the node's history; returns its clock. */
  int[] tick(int node) {
    clocks[node][node]++;
    return clocks[node].clone();
  }

  void tell(Kind kind, int node, int peer, int message, Object payload, int[] clock) {
    emit(kind, name(node), name(peer), message, payload, clock == null ? null : new Clock(clock));
  }

  private void emit(Kind kind, String node, String peer, int id, Object payload, Clock clock) {
    long time = timers.now(indexOf(node));
    listener.accept(new SimEvent(step, time, kind, node, peer, id, payload, clock));
  }

  /** Reports the state of every node, for recorded runs. */
  void tellStates() {
    for (int i = 0; i < size; i++) {
      tell(Kind.STATE, i, -1, 0, down[i] ? "" : harnesses[i].state(), null);
    }
  }

  private void remember(int node, int from, String input) {
    histories[node].add(from).add(input);
  }

  /**
   * What distinguishes this state from others: every node's own history of inputs, which with
   * deterministic behaviors determines its state, disk and dice; the messages in flight; what is
   * down, paused or cut; and what may still go wrong. A message includes its true clock: of two
   * with the same content, it matters to properties about clocks which one was lost.
   */
  void fingerprint(Fingerprint into) {
    long now = timers.now(0);
    for (int i = 0; i < size; i++) {
      into.add(histories[i].value()).add(down[i] ? 1 : 0).add(paused[i] ? 1 : 0);
      into.add(slow[i] ? 1 : 0);
      timers.fingerprint(i, into);
    }
    network.fingerprint(into, now);
    into.add(left.toString()).add(timers.budget());
    if (!scenario.timing().isAsync()) {
      // Near the end of a run the time itself matters: no fault after the calm, nothing after the
      // horizon.
      into.add(scenario.limits().horizon() < Timing.NEVER ? now : 0);
    }
  }

  boolean isDown(int node) {
    return down[node];
  }

  boolean isSlow(int node) {
    return slow[node];
  }

  /** A message leaves the node: what was written before it is safe. */
  void promise(int node) {
    disks[node].promise();
  }

  int writesAtRisk(int node) {
    return disks[node].atRisk();
  }

  boolean isPaused(int node) {
    return paused[node];
  }

  Faults faultsLeft() {
    return left;
  }

  int step() {
    return step;
  }

  Throwable failure() {
    return failure;
  }

  Timers timers() {
    return timers;
  }

  Network network() {
    return network;
  }

  int indexOf(String name) {
    return scenario.nodes().indexOf(name);
  }

  String name(int node) {
    return node >= 0 && node < size ? scenario.nodes().get(node) : "";
  }
}
