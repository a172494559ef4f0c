package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import io.flotilla.cluster.Reporter.Ask;
import io.flotilla.cluster.Reporter.Question;
import io.flotilla.cluster.Reporter.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Asks every member's {@link Reporter} and answers with the reports that arrive in time. */
public final class Reporters extends AbstractBehavior<Reporters.Command> {
  /** How long to wait for those that don't answer. */
  public static final Duration TIMEOUT = Duration.ofMillis(500);

  public sealed interface Command {}

  public record Collect(ActorRef<Collected> replyTo) implements Command {}

  public record Collected(List<Report> reports) {}

  private record Found(Receptionist.Listing listing) implements Command {}

  private Set<ActorRef<Question>> reporters = Set.of();

  public static Behavior<Command> create() {
    return Behaviors.supervise(Behaviors.setup(Reporters::new))
        .onFailure(SupervisorStrategy.restart());
  }

  private Reporters(ActorContext<Command> context) {
    super(context);
    ActorRef<Receptionist.Listing> listings =
        context.messageAdapter(Receptionist.Listing.class, Found::new);
    context.getSystem().receptionist().tell(Receptionist.subscribe(Reporter.KEY, listings));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Found.class, this::onFound)
        .onMessage(Collect.class, this::onCollect)
        .build();
  }

  private Behavior<Command> onFound(Found found) {
    reporters = Set.copyOf(found.listing().getServiceInstances(Reporter.KEY));
    return this;
  }

  private Behavior<Command> onCollect(Collect collect) {
    Set<ActorRef<Question>> asked = reporters;
    getContext()
        .spawnAnonymous(
            Behaviors.<Heard>setup(context -> new Round(context, asked, collect.replyTo())));
    return this;
  }

  private sealed interface Heard {}

  private record Answer(Report report) implements Heard {}

  private enum Late implements Heard {
    INSTANCE
  }

  /** One round of questions; ends when all have answered or the time is over. */
  private static final class Round extends AbstractBehavior<Heard> {
    private final int asked;
    private final ActorRef<Collected> replyTo;
    private final List<Report> reports = new ArrayList<>();

    Round(
        ActorContext<Heard> context,
        Set<ActorRef<Question>> reporters,
        ActorRef<Collected> replyTo) {
      super(context);
      this.asked = reporters.size();
      this.replyTo = replyTo;
      ActorRef<Report> self = context.messageAdapter(Report.class, Answer::new);
      reporters.forEach(r -> r.tell(new Ask(self)));
      context.scheduleOnce(TIMEOUT, context.getSelf(), Late.INSTANCE);
    }

    @Override
    public Receive<Heard> createReceive() {
      return newReceiveBuilder()
          .onMessage(Answer.class, this::onAnswer)
          .onMessage(Late.class, late -> end())
          .build();
    }

    private Behavior<Heard> onAnswer(Answer answer) {
      reports.add(answer.report());
      return reports.size() < asked ? this : end();
    }

    private Behavior<Heard> end() {
      replyTo.tell(new Collected(reports));
      return Behaviors.stopped();
    }
  }
}
