package io.flotilla.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.flotilla.http.CoordinatorView;
import io.flotilla.registry.coordinator.Coordinator;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Connects this node's HTTP front end to the coordinator. */
final class CoordinatorLink implements CoordinatorView {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final ActorRef<Coordinator.Command> coordinator;

  CoordinatorLink(ActorSystem<?> system, ActorRef<Coordinator.Command> coordinator) {
    this.system = system;
    this.coordinator = coordinator;
  }

  @Override
  public CompletionStage<Status> status() {
    return AskPattern.ask(coordinator, Coordinator.GetStatus::new, TIMEOUT, system.scheduler());
  }

  @Override
  public CompletionStage<Optional<Choice>> pick(String namespace, String service) {
    return AskPattern.ask(
            coordinator,
            (ActorRef<Coordinator.Picked> replyTo) ->
                new Coordinator.Pick(namespace, service, replyTo),
            TIMEOUT,
            system.scheduler())
        .thenApply(
            picked ->
                Optional.ofNullable(picked.instance())
                    .map(instance -> new Choice(instance, picked.version())));
  }
}
