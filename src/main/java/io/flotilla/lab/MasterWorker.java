package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * One master divides a job into tasks, and workers do them (as in Dean and Ghemawat, "MapReduce",
 * OSDI 2004, section 3.3). A worker that doesn't answer in time may be dead or only slow; nobody
 * can tell, so its task is given to another one as well. Then a task may be done twice, and the
 * master counts it once.
 */
public final class MasterWorker {
  /** How long the master waits for a task. */
  static final Duration PATIENCE = Duration.ofMillis(100);

  /** How long a worker takes for one. */
  static final Duration WORK = Duration.ofMillis(30);

  private MasterWorker() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the master: render these many frames. */
  public record Job(int frames) implements Msg {}

  public record Task(int frame) implements Msg {}

  public record Rendered(String worker, int frame, int size) implements Msg {}

  record Worked(int frame) implements Msg {}

  record Overdue(String worker, int frame) implements Msg {}

  public record Started(int frames) implements Event {}

  /** A worker has done a task. */
  public record DidTask(int frame) implements Event {}

  /** The job is done; the result is the size of the whole film. */
  public record Finished(int size) implements Event {}

  /** The work itself; stands for minutes of computing. */
  public static int render(int frame) {
    return frame * frame;
  }

  /** The behavior of a node by its name: the master, or else a worker. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    host.id().equals("master")
                        ? new Master(ctx, host, timers)
                        : new Worker(ctx, host, timers)));
  }
}
