package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static io.flotilla.journal.RosterTest.life;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.journal.Roster.Entry;
import io.flotilla.journal.Roster.Outcome;
import io.flotilla.journal.Roster.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roster in the logs of a group of three. */
class SeatsTest {
  @TempDir Path directory;
  private LogCluster cluster;

  private void start(Config config) {
    cluster = LogCluster.formed(directory, config);
  }

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.halts).isEmpty();
  }

  private Seats seats(String id) {
    return cluster.log(id).seats();
  }

  private CompletionStage<Entry> enter(String through, String node, long uid) {
    return seats(through).enter(life(node, uid));
  }

  private void allHave(Roster roster) {
    for (String id : cluster.ids()) {
      Awaitility.await().until(() -> seats(id).roster().equals(roster));
    }
  }

  @Test
  void of_three_that_enter_at_once_one_founds_and_that_stays() {
    start(ConfigFactory.empty());
    List<CompletionStage<Entry>> asked = new ArrayList<>();
    cluster.ids().forEach(id -> asked.add(enter(id, id, asked.size() + 1)));
    List<Entry> answers = asked.stream().map(LogCluster::await).toList();
    assertThat(answers)
        .extracting(Entry::outcome)
        .containsExactlyInAnyOrder(Outcome.FOUND, Outcome.JOIN, Outcome.JOIN);
    assertThat(answers).extracting(Entry::epoch).containsOnly(answers.get(0).epoch());
    assertThat(answers).extracting(Entry::in).containsOnly(answers.get(0).in());
    await(cluster.log("n1").catchUp());
    assertThat(seats("n1").roster().seats()).containsOnlyKeys("n1", "n2", "n3");
    Roster roster = seats("n1").roster();
    allHave(roster);
    Map<String, String> digests = await(cluster.log("n1").digests());
    assertThat(digests.values()).hasSize(3).containsOnly(digests.get("n1"));
    cluster.stopAll();
    cluster.startAll();
    for (String id : cluster.ids()) {
      List<Roster> told = new CopyOnWriteArrayList<>();
      seats(id).onRoster(told::add);
      Awaitility.await().until(() -> told.contains(roster));
    }
  }

  @Test
  void who_arrives_is_in_and_who_is_out_is_not_and_all_are_told() {
    start(ConfigFactory.empty());
    List<Roster> told = new CopyOnWriteArrayList<>();
    seats("n2").onRoster(told::add);
    Awaitility.await().until(() -> told.equals(List.of(Roster.EMPTY)));
    long epoch = await(enter("n1", "n1", 1)).epoch();
    await(enter("n2", "n2", 2));
    assertThat(await(seats("n2").seated(epoch, 2))).isTrue();
    assertThat(await(seats("n2").seated(epoch - 1, 2))).isFalse();
    await(seats("n3").out(1, Why.SILENT));
    assertThat(await(seats("n1").seated(epoch, 1))).isFalse();
    assertThat(await(enter("n1", "n1", 1)).outcome()).isEqualTo(Outcome.GONE);
    await(seats("n3").remove("n1-00000001"));
    assertThat(await(enter("n1", "n1", 11)).outcome()).isEqualTo(Outcome.REMOVED);
    await(seats("n3").forgive("n1-00000001"));
    assertThat(await(enter("n1", "n1", 11)).outcome()).isEqualTo(Outcome.JOIN);
    await(cluster.log("n1").catchUp());
    Roster last = seats("n1").roster();
    assertThat(last.in()).extracting(s -> s.who().uid()).containsExactly(2L);
    allHave(last);
    Awaitility.await().until(() -> told.get(told.size() - 1).equals(last));
    for (int i = 1; i < told.size(); i++) {
      assertThat(told.get(i)).isNotEqualTo(told.get(i - 1));
    }
    List<Roster> later = new CopyOnWriteArrayList<>();
    seats("n3")
        .onRoster(
            roster -> {
              later.add(roster);
              throw new IllegalStateException("a listener's own problem");
            });
    Awaitility.await().until(() -> later.equals(List.of(last)));
    await(seats("n3").out(2, Why.LEFT));
    Awaitility.await().until(() -> later.size() == 2 && told.size() > 2);
  }

  @Test
  void followers_are_told_without_waiting_for_a_heartbeat() {
    start(LogCluster.PATIENT);
    long began = System.nanoTime();
    await(enter(cluster.leader(), "n1", 1));
    for (String id : cluster.ids()) {
      Awaitility.await().until(() -> seats(id).roster().isFounder(1));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void what_a_lost_leader_was_asked_is_answered_as_if_it_had_been_asked_once() {
    start(ConfigFactory.empty());
    String leader = cluster.leader();
    String through = cluster.follower();
    Seats seats = seats(through);
    CompletableFuture<Void> stopping =
        CompletableFuture.runAsync(() -> cluster.stop(leader), task -> new Thread(task).start());
    List<Entry> answers = new ArrayList<>();
    List<CompletionStage<Entry>> asked = new ArrayList<>();
    for (int uid = 1; uid <= 200 || !stopping.isDone(); uid++) {
      asked.add(seats.enter(life("m" + uid % 40, uid)));
      if (asked.size() == 20) {
        asked.forEach(each -> answers.add(await(each)));
        asked.clear();
      }
    }
    asked.forEach(each -> answers.add(await(each)));
    stopping.join();
    assertThat(answers.stream().filter(a -> a.outcome() == Outcome.FOUND).map(Entry::epoch))
        .as("each epoch has one founder")
        .isNotEmpty()
        .doesNotHaveDuplicates();
    await(cluster.log(through).catchUp());
    Roster roster = seats.roster();
    roster
        .seats()
        .values()
        .forEach(
            seat -> {
              Entry again = await(seats.enter(seat.who()));
              assertThat(again.epoch()).isEqualTo(roster.epoch());
              assertThat(again.outcome() == Outcome.FOUND)
                  .isEqualTo(roster.isFounder(seat.who().uid()));
            });
    allHave(roster);
  }

  @Test
  void only_the_leader_knows_who_is_silent() {
    start(ConfigFactory.empty());
    String leader = cluster.leader();
    String follower = cluster.follower();
    Peers peers = cluster.log(leader).peers();
    String silent = cluster.log(follower).status().peerId();
    cluster.stop(follower);
    Awaitility.await()
        .until(() -> !peers.leads() || peers.silences().getOrDefault(silent, 0L) > 3_000);
    for (String id : cluster.ids()) {
      Peers of = cluster.log(id).peers();
      Awaitility.await().until(() -> of.silences().isEmpty() != of.leads());
    }
  }
}
