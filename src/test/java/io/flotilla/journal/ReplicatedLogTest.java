package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedLogTest {
  @TempDir Path directory;

  @Test
  void one_node_keeps_what_it_acknowledged_over_a_restart() {
    try (LogCluster cluster = LogCluster.started(directory, 1)) {
      ReplicatedLog log = cluster.log("n1");
      long epoch = await(log.claim("a", true)).epoch();
      await(log.write(append("a", epoch, 1, "x", "y"), "a"));
      await(log.confirmWriter("a", epoch));
      cluster.stop("n1");
      cluster.restart("n1");
      EntityLog again = await(cluster.log("n1").claim("a", true));
      assertThat(again.epoch()).isGreaterThan(epoch);
      assertThat(again.events().highest()).isEqualTo(2);
      assertThat(new String(again.events().get(2), StandardCharsets.UTF_8)).isEqualTo("y");
      assertThat(cluster.halts).isEmpty();
    }
  }

  @Test
  void three_nodes_form_a_group_and_any_of_them_can_write() {
    try (LogCluster cluster = LogCluster.started(directory, 3)) {
      long epoch = 0;
      long next = 1;
      for (String id : cluster.ids()) {
        long old = epoch;
        EntityLog found = await(cluster.log(id).claim("a", true));
        assertThat(found.events().highest()).isEqualTo(next - 1);
        epoch = found.epoch();
        await(cluster.log(id).write(append("a", epoch, next++, "x"), "a"));
        await(cluster.log(id).confirmWriter("a", epoch));
        if (old > 0) {
          assertThatThrownBy(() -> await(cluster.log(id).confirmWriter("a", old)))
              .isInstanceOf(FencedException.class);
        }
      }
      LogStatus status = cluster.log("n2").status();
      assertThat(status.peers()).extracting(LogStatus.Peer::nodeId).contains("n1", "n2", "n3");
      assertThat(cluster.halts).isEmpty();
    }
  }

  @Test
  void a_follower_that_claims_an_id_does_not_wait_for_the_next_heartbeat() {
    Config brief = ConfigFactory.parseString("flotilla.journal.deadline = 20s");
    try (LogCluster cluster =
        new LogCluster(directory, 3, "flotilla", brief.withFallback(LogCluster.PATIENT))) {
      cluster.startAll();
      ReplicatedLog follower = cluster.log(cluster.follower());
      for (String id : List.of("a", "b", "c")) {
        assertThat(await(follower.claim(id, true)).epoch()).isPositive();
      }
    }
  }

  @Test
  void who_has_caught_up_knows_every_id_that_was_claimed_before() {
    try (LogCluster cluster = LogCluster.started(directory, 3)) {
      for (int i = 0; i < 9; i++) {
        String id = "id-" + i;
        catchUp(cluster);
        for (String member : cluster.ids()) {
          assertThat(cluster.log(member).isClaimed(id)).isFalse();
        }
        await(cluster.log("n" + (i % 3 + 1)).claim(id, true));
        catchUp(cluster);
        for (String member : cluster.ids()) {
          assertThat(cluster.log(member).isClaimed(id)).as(id + " on " + member).isTrue();
        }
      }
      assertThat(cluster.log("n1").node().machine().state().entities()).hasSize(9);
    }
  }

  private static void catchUp(LogCluster cluster) {
    List<CompletionStage<?>> all = new ArrayList<>();
    cluster.ids().forEach(id -> all.add(cluster.log(id).catchUp()));
    all.forEach(LogCluster::await);
  }

  static Command.Append append(String id, long epoch, long first, String... events) {
    return append(id, epoch, first, EntityLog.UNKNOWN, events);
  }

  static Command.Append append(
      String id, long epoch, long first, long stateBytes, String... events) {
    return new Command.Append(
        id,
        epoch,
        first,
        List.of(events).stream().map(e -> e.getBytes(StandardCharsets.UTF_8)).toList(),
        stateBytes);
  }
}
