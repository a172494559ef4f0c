package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.SortedMap;

/**
 * Calls over a network that loses, duplicates and reorders (JSON-RPC 2.0, with the identifiers and
 * the reply table of Birrell and Nelson, "Implementing Remote Procedure Calls", ACM TOCS 1984). A
 * caller without an answer can't know whether the call was lost or the answer was, so it sends the
 * same call with the same id again. The server keeps the answer to each id, on disk together with
 * the effect, and so has the effect once however often it is asked.
 */
public final class JsonRpc {
  /** The code of a call to a method that doesn't exist. */
  static final int METHOD_NOT_FOUND = -32601;

  static final Duration RETRY = Duration.ofMillis(100);

  private JsonRpc() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to a client: make this call. */
  public record Call(String method, int amount) implements Msg {}

  /** {@code {"jsonrpc":"2.0","method":"add","params":[amount],"id":id}}, from a client. */
  public record Request(String client, int id, String method, int amount) implements Msg {}

  /** {@code {"jsonrpc":"2.0","result":result,"id":id}}: a result and no error. */
  public record Result(int id, int result) implements Msg {}

  /** {@code {"jsonrpc":"2.0","error":{"code":code,...},"id":id}}: an error and no result. */
  public record Failure(int id, int code) implements Msg {}

  record NoAnswer(int id) implements Msg {}

  public record Called(int amount) implements Event {}

  /** The server has done what a call asks for. */
  public record Done(String client, int id, int amount, int balance) implements Event {}

  /** The answer to a call has reached its caller. */
  public record Answered(int amount, int balance) implements Event {}

  public record Refused(int amount, int code) implements Event {}

  /** What the server keeps: the money, and the answer to every call. */
  record Books(int balance, SortedMap<String, Integer> replies) {}

  /** The behavior of a node by its name: the server, or else a client. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals("server")
        ? Behaviors.setup(ctx -> new JsonRpcServer(ctx, host))
        : Behaviors.withTimers(t -> Behaviors.setup(ctx -> new JsonRpcClient(ctx, host, t)));
  }
}
