package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.JsonRpc.Answered;
import io.flotilla.lab.JsonRpc.Call;
import io.flotilla.lab.JsonRpc.Called;
import io.flotilla.lab.JsonRpc.Failure;
import io.flotilla.lab.JsonRpc.Msg;
import io.flotilla.lab.JsonRpc.NoAnswer;
import io.flotilla.lab.JsonRpc.Refused;
import io.flotilla.lab.JsonRpc.Request;
import io.flotilla.lab.JsonRpc.Result;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sends each call again until its answer comes. */
class JsonRpcClient extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedMap<Integer, Request> waiting = new TreeMap<>();
  private int calls;

  JsonRpcClient(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Call.class, this::onCall)
        .onMessage(NoAnswer.class, m -> send(m.id()))
        .onMessage(Result.class, this::onResult)
        .onMessage(Failure.class, this::onFailure)
        .build();
  }

  private Behavior<Msg> onCall(Call call) {
    int id = idOf(++calls);
    host.report(new Called(call.amount()));
    waiting.put(id, new Request(host.id(), id, call.method(), call.amount()));
    return send(id);
  }

  /** Whoever makes two calls must be able to tell their answers apart. */
  protected int idOf(int nthCall) {
    return nthCall;
  }

  private Behavior<Msg> send(int id) {
    host.tell("server", waiting.get(id));
    timers.startSingleTimer(id, new NoAnswer(id), JsonRpc.RETRY);
    return this;
  }

  /** A second answer, to a call sent twice, finds nobody waiting. */
  private Behavior<Msg> onResult(Result result) {
    Request call = waiting.remove(result.id());
    if (call != null) {
      timers.cancel(result.id());
      host.report(new Answered(call.amount(), result.result()));
    }
    return this;
  }

  private Behavior<Msg> onFailure(Failure failure) {
    Request call = waiting.remove(failure.id());
    if (call != null) {
      timers.cancel(failure.id());
      host.report(new Refused(call.amount(), failure.code()));
    }
    return this;
  }

  @Override
  public String toString() {
    return waiting.isEmpty() ? "all answered" : "waiting for ids " + waiting.keySet();
  }
}
