package io.flotilla.lab.sim;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The dispatcher's executor: tasks wait in the {@link Kernel} until the caller's thread drains it.
 */
public final class SimExecutor extends ExecutorServiceConfigurator {
  private final Kernel kernel;

  /** Akka calls a constructor with this signature. */
  public SimExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    this.kernel = ((SimScheduler) prerequisites.scheduler()).kernel();
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new Drained(kernel::execute);
  }

  private static final class Drained extends AbstractExecutorService {
    private final Executor target;
    private boolean shutdown;

    private Drained(Executor target) {
      this.target = target;
    }

    @Override
    public void execute(Runnable task) {
      target.execute(task);
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }
  }
}
