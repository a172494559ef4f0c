package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.ConsistencyLevels.*;
import java.util.ArrayDeque;
import java.util.Queue;

/** A session: one request after the other, and what it has seen. */
class ConsistencyClient extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Queue<Msg> waiting = new ArrayDeque<>();
  private Msg current;
  private int request;
  private int seen;

  ConsistencyClient(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(DoWrite.class, this::enqueue)
        .onMessage(DoRead.class, this::enqueue)
        .onMessage(Answer.class, this::onAnswer)
        .onMessage(Retry.class, m -> m.request() == request ? send() : this)
        .build();
  }

  private Behavior<Msg> enqueue(Msg message) {
    waiting.add(message);
    return current == null ? next() : this;
  }

  private Behavior<Msg> next() {
    current = waiting.poll();
    if (current == null) {
      return this;
    }
    host.report(new Asked(++request));
    return send();
  }

  private Behavior<Msg> send() {
    if (current instanceof DoWrite write) {
      host.tell(ConsistencyLevels.PRIMARY, new Write(host.id(), request, write.value()));
    } else if (current instanceof DoRead read) {
      host.tell(read.copy(), new Read(host.id(), request, seen));
    }
    timers.startSingleTimer(new Retry(request), ConsistencyLevels.RETRY);
    return this;
  }

  private Behavior<Msg> onAnswer(Answer answer) {
    if (current == null || answer.request() != request) {
      return this;
    }
    boolean write = current instanceof DoWrite;
    timers.cancelAll();
    seen = nowSeen(seen, answer.version().number(), write);
    host.report(new Answered(request, write, answer.version().number()));
    return next();
  }

  /** What it wrote and what it read: neither may be gone the next time. */
  protected int nowSeen(int before, int answered, boolean write) {
    return Math.max(before, answered);
  }

  @Override
  public String toString() {
    return "has seen version " + seen;
  }
}
