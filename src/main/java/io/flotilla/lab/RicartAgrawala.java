package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Mutual exclusion without a coordinator (Ricart and Agrawala, "An Optimal Algorithm for Mutual
 * Exclusion in Computer Networks", CACM 1981). A node that wants to enter asks all others and waits
 * for the OK of each; one that wanted to earlier answers later. An entry takes 2(N-1) messages.
 *
 * <p>It needs a reliable network: one lost OK and the asker waits forever.
 */
public class RicartAgrawala extends AbstractBehavior<RicartAgrawala.Msg> {

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: enter the critical section once. */
  public record Want() implements Msg {}

  /** May I? {@code time} is the asker's clock when it began to want. */
  public record Request(String from, int time) implements Msg {}

  /** You may enter, as far as I am concerned; {@code time} is the answered request's. */
  public record Ok(String from, int time) implements Msg {}

  private record Done() implements Msg {}

  public record Wanted() implements Event {}

  public record Entered() implements Event {}

  public record Left() implements Event {}

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedSet<String> deferred = new TreeSet<>();
  private final SortedSet<String> granted = new TreeSet<>();

  /** "Our_Sequence_Number" and "Highest_Sequence_Number" of the paper, section 3. */
  protected int requested;

  protected int highest;
  private boolean wanting;
  private boolean inside;
  private int waitingWants;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(ctx -> new RicartAgrawala(ctx, host, timers)));
  }

  protected RicartAgrawala(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Want.class, this::onWant)
        .onMessage(Request.class, this::onRequest)
        .onMessage(Ok.class, this::onOk)
        .onMessage(Done.class, this::onDone)
        .build();
  }

  private Behavior<Msg> onWant(Want want) {
    host.report(new Wanted());
    waitingWants++;
    return wanting ? this : ask();
  }

  private Behavior<Msg> ask() {
    waitingWants--;
    wanting = true;
    requested = highest + 1;
    highest = Math.max(highest, requested);
    granted.clear();
    host.tellOthers(new Request(host.id(), requested));
    return this;
  }

  /** Section 3, "process which receives request messages". */
  private Behavior<Msg> onRequest(Request request) {
    highest = highestAfter(request.time());
    if (inside || (wanting && isOlder(request.from(), request.time()))) {
      deferred.add(request.from() + " " + request.time());
    } else {
      host.tell(request.from(), new Ok(host.id(), request.time()));
    }
    return this;
  }

  /** Without this, a node's request may look older than one it has already answered with OK. */
  protected int highestAfter(int theirs) {
    return Math.max(highest, theirs);
  }

  /** Whether our request is first: by our clock when we <em>began</em> to want, then by name. */
  protected boolean isOlder(String from, int theirs) {
    return goesFirst(requested, from, theirs);
  }

  protected final boolean goesFirst(int mine, String from, int theirs) {
    return mine < theirs || (mine == theirs && host.id().compareTo(from) < 0);
  }

  private Behavior<Msg> onOk(Ok ok) {
    if (wanting && !inside && isForThisRequest(ok)) {
      count(ok);
      if (granted.size() == host.others().size()) {
        inside = true;
        host.report(new Entered());
        timers.startSingleTimer(new Done(), Duration.ofMillis(10));
      }
    }
    return this;
  }

  protected boolean isForThisRequest(Ok ok) {
    return ok.time() == requested;
  }

  /** Collected by sender, so that an OK that arrives twice counts once. */
  private void count(Ok ok) {
    granted.add(ok.from());
  }

  private Behavior<Msg> onDone(Done done) {
    inside = false;
    wanting = false;
    host.report(new Left());
    for (String waiting : deferred) {
      String[] who = waiting.split(" ");
      host.tell(who[0], new Ok(host.id(), Integer.parseInt(who[1])));
    }
    deferred.clear();
    return waitingWants > 0 ? ask() : this;
  }

  @Override
  public String toString() {
    String what =
        inside ? "INSIDE" : wanting ? "wants since " + requested + ", OK of " + granted : "idle";
    return what + " clock " + highest + (deferred.isEmpty() ? "" : " deferred " + deferred);
  }
}
