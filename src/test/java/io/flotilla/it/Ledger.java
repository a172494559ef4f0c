package io.flotilla.it;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Scanner;

/**
 * Another program with Akka Persistence, whose only part of Flotilla is the journal: adds each
 * number that it reads to an account, and prints the sum once that is stored.
 */
final class Ledger {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  record Add(long amount, ActorRef<Long> replyTo) {}

  static final class Account extends EventSourcedBehavior<Add, Long, Long> {
    Account() {
      super(PersistenceId.ofUniqueId("account"));
    }

    @Override
    public Long emptyState() {
      return 0L;
    }

    @Override
    public CommandHandler<Add, Long, Long> commandHandler() {
      return (sum, add) -> Effect().persist(add.amount()).thenReply(add.replyTo(), now -> now);
    }

    @Override
    public EventHandler<Long, Long> eventHandler() {
      return Long::sum;
    }
  }

  private Ledger() {}

  /** The account is where the latest number was given first: one process has it at a time. */
  public static void main(String[] args) {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "ledger",
            ConfigFactory.parseResources("ledger.conf")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    ActorRef<Add> account = null;
    Scanner in = new Scanner(System.in);
    while (in.hasNextLong()) {
      long amount = in.nextLong();
      if (account == null) {
        account = system.systemActorOf(new Account(), "account", Props.empty());
      }
      long sum =
          AskPattern.<Add, Long>ask(
                  account, replyTo -> new Add(amount, replyTo), PATIENCE, system.scheduler())
              .toCompletableFuture()
              .join();
      System.out.println("sum " + sum);
    }
  }
}
