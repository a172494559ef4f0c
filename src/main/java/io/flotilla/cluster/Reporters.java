package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import io.flotilla.cluster.Reporter.Ask;
import io.flotilla.cluster.Reporter.Question;
import io.flotilla.cluster.Reporter.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Asks every member's {@link Reporter}; answers with the reports that came in time. */
public final class Reporters {
  /** How long to wait for those that don't answer. */
  public static final Duration TIMEOUT = Duration.ofMillis(500);

  private Reporters() {}

  public sealed interface Command {}

  public record Collect(ActorRef<Collected> replyTo) implements Command {}

  public record Collected(List<Report> reports) {}

  private record Found(Receptionist.Listing listing) implements Command {}

  public static Behavior<Command> create() {
    return Behaviors.supervise(collecting()).onFailure(SupervisorStrategy.restart());
  }

  private static Behavior<Command> collecting() {
    return Behaviors.setup(
        context -> {
          ActorRef<Receptionist.Listing> listings =
              context.messageAdapter(Receptionist.Listing.class, Found::new);
          context.getSystem().receptionist().tell(Receptionist.subscribe(Reporter.KEY, listings));
          return knowing(context, Set.of());
        });
  }

  private static Behavior<Command> knowing(
      ActorContext<Command> context, Set<ActorRef<Question>> reporters) {
    return Behaviors.receive(Command.class)
        .onMessage(
            Found.class,
            found ->
                knowing(context, new HashSet<>(found.listing().getServiceInstances(Reporter.KEY))))
        .onMessage(
            Collect.class,
            collect -> {
              context.spawnAnonymous(round(reporters, collect.replyTo()));
              return Behaviors.same();
            })
        .build();
  }

  private sealed interface Heard {}

  private record Answer(Report report) implements Heard {}

  private enum Late implements Heard {
    INSTANCE
  }

  /** One round of questions; ends when all have answered or the time is over. */
  private static Behavior<Heard> round(
      Set<ActorRef<Question>> reporters, ActorRef<Collected> replyTo) {
    return Behaviors.setup(
        context -> {
          ActorRef<Report> self = context.messageAdapter(Report.class, Answer::new);
          reporters.forEach(r -> r.tell(new Ask(self)));
          context.scheduleOnce(TIMEOUT, context.getSelf(), Late.INSTANCE);
          List<Report> reports = new ArrayList<>();
          return Behaviors.receive(Heard.class)
              .onMessage(
                  Answer.class,
                  answer -> {
                    reports.add(answer.report());
                    return reports.size() < reporters.size()
                        ? Behaviors.same()
                        : end(reports, replyTo);
                  })
              .onMessage(Late.class, late -> end(reports, replyTo))
              .build();
        });
  }

  private static Behavior<Heard> end(List<Report> reports, ActorRef<Collected> replyTo) {
    replyTo.tell(new Collected(reports));
    return Behaviors.stopped();
  }
}
