package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.JsonRpc.Books;
import io.flotilla.lab.JsonRpc.Msg;
import java.util.TreeMap;

/** JSON-RPC with one wrong rule each. */
public final class JsonRpcMutants {
  private JsonRpcMutants() {}

  /** {@code "id": 1} in every call, as examples have it. */
  public static Behavior<Msg> idAlways1(Host<Msg> host) {
    if (host.id().equals("server")) {
      return JsonRpc.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new JsonRpcClient(ctx, host, timers) {
                      @Override
                      protected int idOf(int nthCall) {
                        return 1;
                      }
                    }));
  }

  /** The server does what it is asked, each time. */
  public static Behavior<Msg> noReplyTable(Host<Msg> host) {
    if (!host.id().equals("server")) {
      return JsonRpc.create(host);
    }
    return Behaviors.setup(
        ctx ->
            new JsonRpcServer(ctx, host) {
              @Override
              protected boolean isKnown(Books known, String key) {
                return false;
              }
            });
  }

  /** The money is on disk, the answers are in memory. */
  public static Behavior<Msg> tableInMemory(Host<Msg> host) {
    if (!host.id().equals("server")) {
      return JsonRpc.create(host);
    }
    return Behaviors.setup(
        ctx ->
            new JsonRpcServer(ctx, host) {
              @Override
              protected Books onDisk(Books now) {
                return new Books(now.balance(), new TreeMap<>());
              }
            });
  }
}
