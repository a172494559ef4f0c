package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Refusal;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Key;
import io.flotilla.registry.MemberOp;
import io.flotilla.registry.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** Makes one check again and again, and writes to the catalog when it stands differently. */
final class CheckRunner extends AbstractBehavior<CheckRunner.Command> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** While its status stays, the output of a failing check is written at most once in this time. */
  private static final long OUTPUT_NANOS = Duration.ofSeconds(60).toNanos();

  sealed interface Command {}

  private enum Time implements Command {
    TO_CHECK,
    TO_REPORT_AGAIN
  }

  /** The catalog says so. */
  record Stands(Status status, String output) implements Command {}

  private record Shown(Outcome outcome) implements Command {}

  private record Reported(Outcome outcome, Throwable failure) implements Command {}

  private final TimerScheduler<Command> timers;
  private final EntityClient<CatalogState, CatalogDraft> catalogs;
  private final ActorRef<Probes.Command> probes;
  private final String namespace;
  private final Key key;
  private final CheckDefinition definition;
  private final long definitionIndex;
  private final LongSupplier nanoTime;
  private final ActorRef<Outcome> shown;
  private final Streak streak = new Streak();
  private Stands stored;
  private Outcome last;
  private long outputNanos;

  /**
   * @param soon make it within a second, else at some time within its interval
   * @param nanoTime as {@link System#nanoTime}
   */
  static Behavior<Command> create(
      EntityClient<CatalogState, CatalogDraft> catalogs,
      ActorRef<Probes.Command> probes,
      String namespace,
      Check check,
      boolean soon,
      LongSupplier nanoTime) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new CheckRunner(
                        context, timers, catalogs, probes, namespace, check, soon, nanoTime)));
  }

  private CheckRunner(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      EntityClient<CatalogState, CatalogDraft> catalogs,
      ActorRef<Probes.Command> probes,
      String namespace,
      Check check,
      boolean soon,
      LongSupplier nanoTime) {
    super(context);
    this.timers = timers;
    this.catalogs = catalogs;
    this.probes = probes;
    this.namespace = namespace;
    this.key = check.key();
    this.definition = check.definition();
    this.definitionIndex = check.definitionIndex();
    this.nanoTime = nanoTime;
    this.outputNanos = nanoTime.getAsLong() - OUTPUT_NANOS;
    this.stored = new Stands(check.status(), check.output());
    this.shown = context.messageAdapter(Outcome.class, Shown::new);
    long most = soon ? Math.min(definition.intervalMillis(), 1000) : definition.intervalMillis();
    timers.startSingleTimer(Time.TO_CHECK, Duration.ofMillis(random(most)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Stands.class, this::onStands)
        .onMessageEquals(Time.TO_CHECK, this::check)
        .onMessageEquals(Time.TO_REPORT_AGAIN, this::reportAgain)
        .onMessage(Shown.class, this::onShown)
        .onMessage(Reported.class, this::onReported)
        .build();
  }

  private Behavior<Command> onStands(Stands stands) {
    stored = stands;
    return this;
  }

  private Behavior<Command> check() {
    probes.tell(new Probes.Ask(definition, shown));
    return this;
  }

  private Behavior<Command> reportAgain() {
    if (last != null) {
      report();
    }
    return this;
  }

  private Behavior<Command> onShown(Shown s) {
    // A little irregular, so that checks that began together don't stay together.
    long tenth = definition.intervalMillis() / 10;
    timers.startSingleTimer(
        Time.TO_CHECK, Duration.ofMillis(definition.intervalMillis() - tenth / 2 + random(tenth)));
    Status stands = streak.after(s.outcome().status(), stored.status(), definition);
    last = new Outcome(stands, s.outcome().output());
    boolean otherOutput =
        stands != Status.PASSING
            && !last.output().equals(stored.output())
            && nanoTime.getAsLong() - outputNanos > OUTPUT_NANOS;
    if (stands != stored.status() || stored.output().isEmpty() || otherOutput) {
      report();
    }
    return this;
  }

  private void report() {
    outputNanos = nanoTime.getAsLong();
    Outcome told = last;
    getContext()
        .pipeToSelf(
            catalogs.write(
                namespace,
                new MemberOp.ReportCheck(key, definitionIndex, told.status(), told.output()),
                null,
                TIMEOUT),
            (done, failure) -> new Reported(told, failure));
  }

  private Behavior<Command> onReported(Reported reported) {
    if (reported.failure() == null) {
      stored = new Stands(reported.outcome().status(), reported.outcome().output());
    } else if (!isFinal(Refusal.of(reported.failure()))) {
      // Unavailable, or nobody knows whether it was written: once more does no harm.
      timers.startSingleTimer(Time.TO_REPORT_AGAIN, RETRY);
    }
    return this;
  }

  /** The check is gone or has another definition, of which the coordinator will hear. */
  private static boolean isFinal(Refusal refusal) {
    return refusal != null
        && Set.of("unknown-check", "definition-changed").contains(refusal.code());
  }

  private static long random(long below) {
    return below <= 0 ? 0 : ThreadLocalRandom.current().nextLong(below);
  }
}
