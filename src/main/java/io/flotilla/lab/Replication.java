package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.ReplicationMsg.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Primary and backups (Alsberg and Day, "A Principle for Resilient Sharing of Distributed
 * Resources", 1976). When is the client's write acknowledged? Synchronous: when every node has it
 * on disk, so that it survives the loss of all nodes but one. Asynchronous: at once, so that it is
 * lost with the primary. Hybrid: as the write requests. But even then, clients that read from
 * copies during a write can see the value come and go.
 */
public class Replication extends AbstractBehavior<ReplicationMsg> {
  static final String PRIMARY = "primary";
  private static final Duration RESEND = Duration.ofMillis(100);

  private final Host<ReplicationMsg> host;
  private final TimerScheduler<ReplicationMsg> timers;
  private final Mode mode;
  private final SortedMap<Integer, SortedSet<String>> missing = new TreeMap<>();
  private final SortedMap<Integer, Boolean> waiting = new TreeMap<>();
  private final SortedMap<Integer, String> early = new TreeMap<>();
  private List<String> log;

  public static Behavior<ReplicationMsg> create(Host<ReplicationMsg> host, Mode mode) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(ctx -> new Replication(ctx, host, timers, mode)));
  }

  protected Replication(
      ActorContext<ReplicationMsg> ctx,
      Host<ReplicationMsg> host,
      TimerScheduler<ReplicationMsg> timers,
      Mode mode) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.mode = mode;
    this.log = host.storage().read("log", Log.class).map(Log::values).orElse(List.of());
    if (host.id().equals(PRIMARY)) {
      // After a crash it doesn't know what each copy has: offer everything again.
      IntStream.rangeClosed(1, log.size()).forEach(this::send);
    }
  }

  @Override
  public Receive<ReplicationMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Read.class, this::onRead)
        .onMessage(Replicate.class, this::onReplicate)
        .onMessage(Ack.class, this::onAck)
        .onMessage(Promote.class, m -> onPromote())
        .onMessage(Resend.class, m -> resend())
        .build();
  }

  private Behavior<ReplicationMsg> onWrite(Write write) {
    host.report(new Asked(write.value(), write.critical()));
    store(write.value());
    int number = log.size();
    if (mustBeSafe(mode, write.critical())) {
      waiting.put(number, true);
    } else {
      host.report(new Acknowledged(write.value()));
    }
    send(number);
    return this;
  }

  protected boolean mustBeSafe(Mode mode, boolean critical) {
    return mode == Mode.SYNC || (mode == Mode.HYBRID && critical);
  }

  private void send(int number) {
    missing.put(number, new TreeSet<>(host.others()));
    host.others().forEach(n -> offer(n, number));
    timers.startSingleTimer(new Resend(), RESEND);
  }

  private void offer(String node, int number) {
    host.tell(node, new Replicate(host.id(), number, log.get(number - 1)));
  }

  private Behavior<ReplicationMsg> resend() {
    if (resends() && !missing.isEmpty()) {
      missing.forEach((number, nodes) -> nodes.forEach(n -> offer(n, number)));
      timers.startSingleTimer(new Resend(), RESEND);
    }
    return this;
  }

  protected boolean resends() {
    return true;
  }

  /** A copy applies writes in the primary's order, whatever order they arrive in, and each once. */
  private Behavior<ReplicationMsg> onReplicate(Replicate write) {
    if (write.number() > log.size()) {
      early.put(write.number(), write.value());
    }
    while (!early.isEmpty() && isNext(early.firstKey(), log.size())) {
      store(early.remove(early.firstKey()));
    }
    if (write.number() <= log.size()) {
      host.tell(write.from(), new Ack(host.id(), write.number()));
    }
    return this;
  }

  protected boolean isNext(int number, int have) {
    return number == have + 1;
  }

  /** First written to disk, then acknowledged. */
  private void store(String value) {
    List<String> longer = new ArrayList<>(log);
    longer.add(value);
    log = List.copyOf(longer);
    host.storage().write("log", new Log(log));
    host.report(new Stored(value));
  }

  private Behavior<ReplicationMsg> onAck(Ack ack) {
    SortedSet<String> nodes = missing.getOrDefault(ack.number(), new TreeSet<>());
    nodes.remove(ack.from());
    if (isEnough(nodes.size()) && waiting.remove(ack.number()) != null) {
      host.report(new Acknowledged(log.get(ack.number() - 1)));
    }
    missing.values().removeIf(SortedSet::isEmpty);
    return this;
  }

  /** All, not a majority: what a majority has survives only the loss of a minority. */
  protected boolean isEnough(int stillMissing) {
    return stillMissing == 0;
  }

  /** A failover: what this copy has is what there is from now on. */
  private Behavior<ReplicationMsg> onPromote() {
    host.report(new Promoted(log));
    IntStream.rangeClosed(1, log.size()).forEach(this::send);
    return this;
  }

  private Behavior<ReplicationMsg> onRead(Read read) {
    host.report(new Answered(log.isEmpty() ? null : log.get(log.size() - 1)));
    return this;
  }

  @Override
  public String toString() {
    return log + (missing.isEmpty() ? "" : " missing " + missing);
  }
}
