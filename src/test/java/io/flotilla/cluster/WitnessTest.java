package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.journal.Handover;
import io.flotilla.journal.Port;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Gone;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Status;
import io.flotilla.journal.Roster.Why;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of what the test lets it see. */
class WitnessTest {
  private static final Occupant N2 =
      new Occupant("n2", "n2@1", 2, "127.0.0.1", 2, 3, "127.0.0.1:4", 4);

  private static final Roster TWO = roster(List.of(), new Seat(N2, Status.IN, 5));

  private final ActorTestKit kit =
      ActorTestKit.create("w", ConfigFactory.parseString("akka.actor.provider = local"));
  private final Seen seen = new Seen();
  private final List<Consumer<Roster>> onRoster = new CopyOnWriteArrayList<>();
  private final List<ClusterEvent> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile List<Reporter.Report> reports = List.of();

  private static final class Seen implements Witness.Sight {
    private volatile String leader = "n1";
    private volatile long term = 1;
    private volatile Map<String, Long> silences = Map.of();
    private final List<Handover> handovers = new ArrayList<>();

    @Override
    public String leader() {
      return leader;
    }

    @Override
    public long term() {
      return term;
    }

    @Override
    public Map<String, Long> silences() {
      return silences;
    }

    @Override
    public Roster roster() {
      return TWO;
    }

    @Override
    public synchronized List<Handover> handovers() {
      List<Handover> all = List.copyOf(handovers);
      handovers.clear();
      return all;
    }

    synchronized void apply(Handover... steps) {
      handovers.addAll(List.of(steps));
    }
  }

  private static Roster roster(List<Gone> gone, Seat... seats) {
    Map<String, Seat> byNode = new java.util.TreeMap<>();
    for (Seat seat : seats) {
      byNode.put(seat.who().node(), seat);
    }
    return new Roster(1, "n1", byNode, gone, Map.of());
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(TestPatience.PATIENCE);
  }

  @BeforeEach
  void start() {
    reports = List.of(report("n1", "7", "app"));
    ActorRef<Reporters.Collect> reporters =
        kit.spawn(
            Behaviors.receiveMessage(
                collect -> {
                  collect.replyTo().tell(new Reporters.Collected(reports));
                  asked.incrementAndGet();
                  return Behaviors.same();
                }));
    kit.spawn(
        Witness.create(
            seen,
            onRoster::add,
            reporters,
            (Instant time, ClusterEvent event) -> told.add(event),
            Clock.systemUTC(),
            System::nanoTime));
    await().until(() -> told.size() == 1 && asked.get() > 0); // who leads, and where shards are
    change(TWO);
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private static Reporter.Report report(String node, String shard, String namespace) {
    return new Reporter.Report(
        node,
        "1",
        "127.0.0.1:1",
        null,
        List.of(new Reporter.ShardReport("KeySpace", shard, List.of(namespace))));
  }

  private void change(Roster roster) {
    onRoster.forEach(listener -> listener.accept(roster));
  }

  private void probe(Port port) {
    kit.system().eventStream().tell(new EventStream.Publish<>(new Prober.Found(N2, port)));
  }

  private void tells(ClusterEvent... events) {
    await().untilAsserted(() -> assertThat(told.stream().skip(1).toList()).containsExactly(events));
  }

  @Test
  void a_crash_is_told_from_the_closed_port_to_the_first_write() {
    probe(Port.REFUSED);
    tells(new ClusterEvent.Unreachable("n2", "Refused"));
    change(roster(List.of(new Gone("n2", 2, Why.CRASHED))));
    tells(new ClusterEvent.Unreachable("n2", "Refused"), new ClusterEvent.Left("n2", "Crashed"));
    reports = List.of(report("n3", "7", "app"));
    seen.apply(
        new Handover.Claimed("KeySpace|app", 8112, System.nanoTime()),
        new Handover.Written("KeySpace|app", 8113, 40_000_000, 10_000_000));
    tells(
        new ClusterEvent.Unreachable("n2", "Refused"),
        new ClusterEvent.Left("n2", "Crashed"),
        new ClusterEvent.Claimed("KeySpace", List.of("app"), 1, 8112),
        new ClusterEvent.Written("KeySpace", List.of("app"), 1, 8113, 30),
        new ClusterEvent.Shard("7", List.of("app"), 1, "n1", "n3"));
  }

  @Test
  void a_member_comes() {
    Occupant n3 = new Occupant("n3", "n3@1", 3, "127.0.0.1", 5, 6, "127.0.0.1:7", 4);
    Seat two = TWO.seats().get("n2");
    change(roster(List.of(), two, new Seat(n3, Status.JOINING, 6)));
    change(roster(List.of(), two, new Seat(n3, Status.IN, 6)));
    tells(new ClusterEvent.Joining("n3"), new ClusterEvent.Joined("n3"));
  }

  @Test
  void who_acknowledges_nothing_is_silent_for_the_leader_until_it_does() {
    seen.silences = Map.of("n2@1", 60_000L);
    tells(new ClusterEvent.Unreachable("n2", "Silent"));
    seen.silences = Map.of("n2@1", 5L);
    tells(new ClusterEvent.Unreachable("n2", "Silent"), new ClusterEvent.Reachable("n2"));
  }

  @Test
  void a_port_that_answers_again_is_told_once() {
    probe(Port.OPEN);
    probe(Port.SILENT);
    probe(Port.REFUSED);
    probe(Port.OPEN);
    tells(new ClusterEvent.Unreachable("n2", "NoAnswer"), new ClusterEvent.Reachable("n2"));
  }

  @Test
  void a_new_leader_is_told_with_its_term_and_that_there_is_none() {
    seen.leader = null;
    tells(new ClusterEvent.Leader(null, 1));
    seen.term = 2;
    seen.leader = "n2";
    await().until(() -> told.contains(new ClusterEvent.Leader("n2", 2)));
  }

  @Test
  void many_claims_at_once_are_one_event() {
    Handover[] steps = new Handover[500];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = new Handover.Claimed("Catalog|ns" + i, 10 + i, System.nanoTime());
    }
    seen.apply(steps);
    tells(new ClusterEvent.Claimed("Catalog", List.of("ns0", "ns1", "ns2"), 500, 509));
  }
}
