package io.flotilla.journal;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.ExtendedActorSystem;
import io.flotilla.async.Futures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this node's log begins, and how it ends: in order, or because the node was removed. */
final class Lifecycle {
  private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

  /** For handing over the lead: in good time, and when the log closes. */
  private static final long HAND_OVER_MILLIS = 1000;

  private static final long LAST_HAND_OVER_MILLIS = 300;

  private record Task(Duration period, Runnable run) {}

  private final ExtendedActorSystem system;
  private final JournalSettings settings;
  private final AtomicReference<RaftNode> node;
  private final Mark mark;
  private final Formation formation;
  private final LogHealth health;
  private final Submitter submitter;
  private final LogStateMachine.Listener listener;
  private final LogMeters meters;
  private final ScheduledExecutorService ticker;
  private final ExecutorService threads;
  private final List<Task> tasks = new ArrayList<>();
  private DataLock lock;

  // Guarded by this.
  private CompletableFuture<Done> started;
  private CompletableFuture<Done> stopped;

  /**
   * @param node where the server is put, once there is one
   * @param ticker has one thread
   * @param threads may be blocked
   */
  Lifecycle(
      ExtendedActorSystem system,
      JournalSettings settings,
      AtomicReference<RaftNode> node,
      Mark mark,
      Formation formation,
      LogHealth health,
      Submitter submitter,
      LogStateMachine.Listener listener,
      LogMeters meters,
      ScheduledExecutorService ticker,
      ExecutorService threads) {
    this.system = system;
    this.settings = settings;
    this.node = node;
    this.mark = mark;
    this.formation = formation;
    this.health = health;
    this.submitter = submitter;
    this.listener = listener;
    this.meters = meters;
    this.ticker = ticker;
    this.threads = threads;
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    // First of all: whatever moves when a node ends has to write, and needs a leader that stays.
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(), "flotilla-log-lead", this::resign);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "flotilla-log-stop", this::stop);
    system.registerOnTermination(this::stop);
  }

  /** Runs this on the ticker, from when there is a server. To be called before the start. */
  void every(Duration period, Runnable task) {
    tasks.add(new Task(period, task));
  }

  /** See {@link ReplicatedLog#start()}. */
  synchronized CompletionStage<Done> start() {
    if (started == null) {
      started = new CompletableFuture<>();
      threads.execute(this::startBlocking);
    }
    return started.copy();
  }

  private void startBlocking() {
    try {
      lock = DataLock.take(settings.dataDirectory());
      OwnerOnly.protect(settings.dataDirectory());
      if (formation.isRemoved()) {
        endAsRemoved();
        throw new ChangeRefusedException(
            ChangeRefusedException.Reason.REMOVED,
            Removed.message(settings.self().id(), settings.dataDirectory()));
      }
      LogStateMachine machine =
          new LogStateMachine(
              listener,
              mark,
              new MembersFile(settings.dataDirectory()),
              settings.checkpoints(),
              meters);
      node.set(formation.startServer(machine));
      for (Task task : tasks) {
        long nanos = task.period().toNanos();
        ticker.scheduleWithFixedDelay(task.run(), nanos, nanos, TimeUnit.NANOSECONDS);
      }
      formation.takePlace(node.get());
      started.complete(Done.getInstance());
    } catch (UnreadableLogException e) {
      Halt.of(system).halt(e.getMessage());
      started.completeExceptionally(e);
    } catch (Exception | LinkageError e) {
      started.completeExceptionally(Futures.unwrap(e));
    }
  }

  /** Hands over the lead if this node has it; the log goes on as a follower. */
  private synchronized CompletionStage<Done> resign() {
    return stopped != null
        ? stopped.copy()
        : CompletableFuture.supplyAsync(() -> handOverLead(HAND_OVER_MILLIS), threads);
  }

  /** See {@link ReplicatedLog#stop()}. */
  synchronized CompletionStage<Done> stop() {
    if (stopped == null) {
      stopped = new CompletableFuture<>();
      formation.stop();
      health.stop();
      threads.execute(this::stopBlocking);
      threads.shutdown();
    }
    return stopped.copy();
  }

  private void stopBlocking() {
    RaftNode n = node.get();
    if (n != null) {
      handOverLead(LAST_HAND_OVER_MILLIS); // it may have got the lead again
      submitter.close();
      close(n::close);
    }
    close(mark);
    close(lock);
    submitter.close();
    ticker.shutdownNow();
    stopped.complete(Done.getInstance());
  }

  private static void close(AutoCloseable part) {
    try {
      if (part != null) {
        part.close();
      }
    } catch (Exception e) {
      LOGGER.warn("The log didn't close cleanly; the next start repairs it", e);
    }
  }

  private Done handOverLead(long millis) {
    try {
      RaftNode n = node.get();
      if (n != null && n.isLeaderReady()) {
        // The others are spared the election time-out.
        Quorum.of(n, settings)
            .successor(n.members())
            .ifPresent(next -> n.transferLead(next.peerId(), millis).join());
      }
    } catch (RuntimeException e) {
      LOGGER.debug("Handing over the lead failed; the others will elect a leader by themselves", e);
    }
    return Done.getInstance();
  }

  /** An operator has removed this node. */
  void retire() {
    LOGGER.warn("{}", Removed.message(settings.self().id(), settings.dataDirectory()));
    threads.execute(
        () -> {
          try {
            formation.removed();
          } catch (IOException e) {
            LOGGER.warn("That isn't noted on the disk, so the next start asks the others again", e);
          }
          endAsRemoved();
        });
  }

  private void endAsRemoved() {
    CoordinatedShutdown.get(system).run(new Removed());
  }
}
