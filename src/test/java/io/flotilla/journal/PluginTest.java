package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Persistent actors on the plugins, as the rest of Flotilla uses them. */
class PluginTest {
  @TempDir Path directory;

  sealed interface Command {
    record Add(String text, ActorRef<Integer> replyTo) implements Command {}

    record Length(ActorRef<Integer> replyTo) implements Command {}
  }

  /** Keeps a text, and a snapshot of it after every other event; "*3" makes three of it. */
  static final class Text extends EventSourcedBehavior<Command, String, String> {
    Text(String id) {
      super(PersistenceId.ofUniqueId(id));
    }

    @Override
    public String emptyState() {
      return "";
    }

    @Override
    public CommandHandler<Command, String, String> commandHandler() {
      return newCommandHandlerBuilder()
          .forAnyState()
          .onCommand(
              Command.Add.class,
              (state, c) -> Effect().persist(c.text).thenReply(c.replyTo, String::length))
          .onCommand(Command.Length.class, (state, c) -> Effect().reply(c.replyTo, state.length()))
          .build();
    }

    @Override
    public EventHandler<String, String> eventHandler() {
      return newEventHandlerBuilder()
          .forAnyState()
          .onAnyEvent(
              (state, event) ->
                  event.startsWith("*")
                      ? state.repeat(Integer.parseInt(event.substring(1)))
                      : state + event);
    }

    @Override
    public RetentionCriteria retentionCriteria() {
      return RetentionCriteria.snapshotEvery(2, 1).withDeleteEventsOnSnapshot();
    }
  }

  @Test
  void a_state_of_fifty_megabytes_moves_to_another_node_and_no_election_is_lost_over_it()
      throws IOException {
    try (LogCluster cluster = large()) {
      ActorSystem<Void> one = Adapter.toTyped(cluster.system("n1"));
      ActorSystem<Void> two = Adapter.toTyped(cluster.system("n2"));
      cluster.leader();
      long term = cluster.log("n1").status().term();
      long before = cluster.log("n1").status().lastApplied();
      ActorRef<Command> first = spawn(one, new Text("big"));
      add(one, first, "0123456789abcdef");
      // Snapshots from here on are large, though the events are small.
      int length = add(one, first, "*3200000");
      assertThat(length).isGreaterThan(50_000_000);
      boolean saved = false;
      long longest = 0;
      long epochOfOther = await(cluster.log("n3").claim("other", true)).epoch();
      int beside = 0;
      while (!saved) {
        beside++;
        long begin = System.nanoTime();
        await(
            cluster
                .log("n3")
                .write(ReplicatedLogTest.append("other", epochOfOther, beside, "x"), "other"));
        longest = Math.max(longest, System.nanoTime() - begin);
        thereIsNoLargeEntry(cluster.log(cluster.leader()));
        saved = !cluster.log("n1").local("big").snapshots().isEmpty();
      }
      int chunk = cluster.log("n1").settings().chunkBytes();
      assertThat(cluster.log("n1").status().lastApplied() - before - beside)
          .as("it went through the log")
          .isGreaterThan(length / chunk);
      System.out.println("longest write beside a 50 MB snapshot: " + longest / 1_000_000 + " ms");
      ActorRef<Command> second = spawn(two, new Text("big"));
      CompletionStage<Integer> found =
          AskPattern.ask(second, Command.Length::new, TestPatience.PATIENCE, two.scheduler());
      assertThat(await(found)).isEqualTo(length);
      assertThat(cluster.log("n1").status().term()).isEqualTo(term);
      // The overtaken one can no longer write; the other can.
      CompletionStage<Integer> late =
          AskPattern.ask(
              first,
              replyTo -> new Command.Add("late", replyTo),
              Duration.ofSeconds(2),
              one.scheduler());
      boolean refused = await(late.handle((ok, failure) -> failure != null));
      assertThat(refused).isTrue();
      assertThat(add(two, second, "!")).isEqualTo(length + 1);
      long epoch = cluster.log("n2").writerEpoch("big");
      assertThat(await(cluster.log("n2").confirmWriter("big", epoch))).isEqualTo(Done.done());
    }
  }

  @Test
  void a_write_that_takes_long_holds_up_no_other_id() {
    try (LogCluster cluster = LogCluster.started(directory, 3)) {
      String follower = cluster.follower();
      ActorSystem<Void> node = Adapter.toTyped(cluster.system(follower));
      ActorRef<Command> slow = spawn(node, new Text("slow"));
      ActorRef<Command> quick = spawn(node, new Text("quick"));
      add(node, slow, "a");
      CompletionStage<Integer> none =
          AskPattern.ask(quick, Command.Length::new, TestPatience.PATIENCE, node.scheduler());
      assertThat(await(none)).isZero();
      // What is large is forwarded in a way of its own, which now ends nowhere.
      for (String id : cluster.ids()) {
        akka.actor.ActorSystem system = cluster.system(id);
        system.stop(
            await(
                system
                    .actorSelection("/system/flotilla-log-bulk")
                    .resolveOne(TestPatience.PATIENCE)));
      }
      ReplicatedLog log = cluster.log(follower);
      Awaitility.await().until(() -> log.status().inFlight() == 0);
      slow.tell(new Command.Add("x".repeat(200_000), node.<Integer>ignoreRef()));
      Awaitility.await().until(() -> log.status().inFlight() == 1);
      assertThat(add(node, quick, "c")).isEqualTo(1);
      assertThat(log.status().inFlight()).as("the slow one is under way").isEqualTo(1);
    }
  }

  /** A large entry delays heartbeats and all other writes while it is being sent. */
  private static void thereIsNoLargeEntry(ReplicatedLog log) throws IOException {
    RaftLog entries = log.node().division().getRaftLog();
    int chunk = log.settings().chunkBytes();
    for (long i = entries.getStartIndex(); i < entries.getNextIndex(); i++) {
      LogEntryProto entry = entries.get(i);
      if (entry != null) { // it hasn't been purged meanwhile
        assertThat(entry.getSerializedSize()).as("entry " + i).isLessThan(chunk + 1024);
      }
    }
  }

  private LogCluster large() {
    LogCluster cluster =
        new LogCluster(
            directory,
            3,
            "flotilla",
            ConfigFactory.parseString("akka.loglevel = OFF")
                .withFallback(LogCluster.HARDLY_ANY_ELECTIONS));
    cluster.startAll();
    return cluster;
  }

  private static int add(ActorSystem<?> system, ActorRef<Command> to, String text) {
    return await(
        AskPattern.ask(
            to,
            (ActorRef<Integer> replyTo) -> new Command.Add(text, replyTo),
            TestPatience.PATIENCE,
            system.scheduler()));
  }

  private static ActorRef<Command> spawn(ActorSystem<?> system, Behavior<Command> behavior) {
    return Adapter.spawnAnonymous(Adapter.toClassic(system), behavior);
  }
}
