package io.flotilla.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks on the event loop of a connection, from any thread. Where one fails, the connection
 * ends, as otherwise its client might wait for ever.
 */
record Loop(Channel channel) implements Executor {

  /** Later, even on the loop. */
  @Override
  public void execute(Runnable task) {
    channel.eventLoop().execute(() -> run(task));
  }

  /** At once on the loop, else later. */
  void now(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      run(task);
    } else {
      execute(task);
    }
  }

  ScheduledFuture<?> after(Duration time, Runnable task) {
    return channel.eventLoop().schedule(() -> run(task), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      channel.pipeline().fireExceptionCaught(e);
    }
  }
}
