package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Succeeds when the service accepts a connection, which is closed at once. */
final class TcpProbe implements Probe {
  private final Targets targets;
  private final Executor blocking;

  /**
   * @param blocking looks up host names
   */
  TcpProbe(Targets targets, Executor blocking) {
    this.targets = targets;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition definition) {
    String what = "TCP connect " + definition.tcp();
    return CompletableFuture.supplyAsync(() -> address(targets, definition.tcp()), blocking)
        .thenCompose(address -> connect(address, definition.timeoutMillis()))
        .handle(
            (connected, failure) ->
                failure == null
                    ? new Outcome(Status.PASSING, what + ": Success")
                    : Outcome.failed(what, failure));
  }

  /** May wait for a name server. */
  static InetSocketAddress address(Targets targets, String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    boolean brackets = hostAndPort.startsWith("[");
    String host = hostAndPort.substring(brackets ? 1 : 0, brackets ? colon - 1 : colon);
    return targets.of(host, Integer.parseInt(hostAndPort.substring(colon + 1)));
  }

  private static CompletableFuture<Void> connect(InetSocketAddress address, long timeoutMillis) {
    CompletableFuture<Void> connected = new CompletableFuture<>();
    AsynchronousSocketChannel channel;
    try {
      channel = AsynchronousSocketChannel.open();
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    channel.connect(
        address,
        null,
        new CompletionHandler<Void, Void>() {
          @Override
          public void completed(Void result, Void none) {
            connected.complete(null);
          }

          @Override
          public void failed(Throwable failure, Void none) {
            connected.completeExceptionally(failure);
          }
        });
    return connected
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .handle(
            (done, failure) -> {
              close(channel);
              if (failure instanceof java.util.concurrent.TimeoutException) {
                throw new IllegalStateException("no answer within " + timeoutMillis + " ms");
              } else if (failure != null) {
                throw new java.util.concurrent.CompletionException(failure);
              }
              return null;
            });
  }

  private static void close(AsynchronousSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // it was of no more use
    }
  }
}
