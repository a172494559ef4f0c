package io.flotilla.lab;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.TestPatience;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same behaviors on an ordinary ActorSystem, with its threads and its clock. */
class OrdinarySystemTest {
  private static final Duration PATIENCE = TestPatience.PATIENCE;
  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** Nodes that know each other, and what they report. */
  private static final class Nodes<M> {
    private final SortedMap<String, ActorRef<M>> refs = new TreeMap<>();
    private final TestProbe<Report> reports = kit.createTestProbe();

    Nodes(List<String> names, Function<Host<M>, Behavior<M>> behavior) {
      SortedMap<String, ActorRef<Object>> waiting = new TreeMap<>();
      names.forEach(n -> waiting.put(n, kit.spawn(untilIntroduced(n, behavior))));
      waiting.forEach((n, ref) -> refs.put(n, ref.narrow()));
      waiting.values().forEach(ref -> ref.tell(new Introduction<>(new TreeMap<>(refs))));
    }

    private record Introduction<T>(SortedMap<String, ActorRef<T>> nodes) {}

    /** An ordinary system starts an actor at once, so it first waits for the list of its peers. */
    @SuppressWarnings("unchecked")
    private Behavior<Object> untilIntroduced(String name, Function<Host<M>, Behavior<M>> behavior) {
      return Behaviors.withStash(
          100,
          stash ->
              Behaviors.receiveMessage(
                  message -> {
                    if (!(message instanceof Introduction<?> i)) {
                      stash.stash(message);
                      return Behaviors.same();
                    }
                    Host<M> host =
                        new Host<>(
                            name,
                            (SortedMap<String, ActorRef<M>>) (SortedMap<?, ?>) i.nodes(),
                            reports.ref(),
                            Storage.inMemory(),
                            new Random(name.hashCode()),
                            System::nanoTime);
                    return stash.unstashAll(((Behavior<Object>) behavior.apply(host)));
                  }));
    }

    void tell(String node, M message) {
      refs.get(node).tell(message);
    }

    /** The next event of this kind, whatever else is reported. */
    <E extends Event> E next(Class<E> kind) {
      return kind.cast(
          reports
              .fishForMessage(
                  PATIENCE,
                  r ->
                      kind.isInstance(r.event())
                          ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                          : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore())
              .get(0)
              .event());
    }
  }

  @Test
  void paxos_decides_one_value() {
    Nodes<PaxosMsg> nodes = new Nodes<>(List.of("A", "B", "C"), Paxos::create);
    nodes.tell("A", new PaxosMsg.Propose("sushi"));
    nodes.tell("B", new PaxosMsg.Propose("pizza"));
    String first = nodes.next(PaxosMsg.Decided.class).value();
    assertThat(first).isIn("sushi", "pizza");
    assertThat(nodes.next(PaxosMsg.Decided.class).value()).isEqualTo(first);
    assertThat(nodes.next(PaxosMsg.Decided.class).value()).isEqualTo(first);
  }

  @Test
  void raft_elects_a_leader_and_commits_what_it_is_told() {
    Nodes<RaftMsg> nodes = new Nodes<>(List.of("A", "B", "C", "client"), Raft::create);
    nodes.tell("client", new RaftMsg.Submit("x"));
    nodes.tell("client", new RaftMsg.Submit("y"));
    assertThat(nodes.next(RaftMsg.Answered.class).command()).isEqualTo("x");
    assertThat(nodes.next(RaftMsg.Answered.class).command()).isEqualTo("y");
  }

  @Test
  void bully_follows_the_greatest() {
    Nodes<Bully.Msg> nodes = new Nodes<>(List.of("A", "B", "C"), Bully::create);
    nodes.tell("A", new Bully.Suspect());
    String leader = "";
    while (!leader.equals("C")) {
      leader = nodes.next(Bully.Following.class).leader();
    }
  }

  @Test
  void gossip_reaches_everybody() {
    Nodes<Gossip.Msg> nodes = new Nodes<>(List.of("N1", "N2", "N3", "N4", "N5"), Gossip::create);
    nodes.tell("N1", new Gossip.Start("news"));
    for (int i = 0; i < 5; i++) {
      assertThat(nodes.next(Gossip.Learnt.class).rumor()).isEqualTo("news");
    }
  }

  @Test
  void everybody_is_served_what_they_ordered() {
    Nodes<Restaurant.Msg> nodes =
        new Nodes<>(List.of("alice", "bob", "kitchen", "waiter"), Restaurant::create);
    nodes.tell("alice", new Restaurant.Hungry("1", "pizza"));
    nodes.tell("bob", new Restaurant.Hungry("2", "salad"));
    TreeMap<String, String> eaten = new TreeMap<>();
    for (int i = 0; i < 2; i++) {
      Restaurant.Ate ate = nodes.next(Restaurant.Ate.class);
      eaten.put(ate.order(), ate.dish());
    }
    assertThat(eaten).hasToString("{1=pizza, 2=salad}");
  }
}
