package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes find each other by what their disks say, not by what they were started with. */
class MembersTest {
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  @TempDir Path directory;
  private LogCluster cluster;
  private long highest;

  @BeforeEach
  void start() {
    cluster = LogCluster.formed(directory, ConfigFactory.empty());
  }

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.halts).isEmpty();
  }

  /** Two of the three forward it to the leader. */
  private void writesThroughEach() {
    for (String id : ALL) {
      long epoch = await(cluster.log(id).claim("a", true)).epoch();
      await(cluster.log(id).write(ReplicatedLogTest.append("a", epoch, ++highest, "x"), "a"));
      assertThat(cluster.log(id).members()).extracting(Seed::id).containsExactlyElementsOf(ALL);
    }
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> await(cluster.log("n2").digests()).keySet().containsAll(ALL));
  }

  @Test
  void once_there_is_a_group_no_seeds_are_needed_not_even_to_fill_a_damaged_disk()
      throws IOException {
    writesThroughEach();
    cluster.stopAll();
    cluster.hasNoSeeds();
    cluster.startAll();
    writesThroughEach();
    String victim = cluster.follower();
    cluster.stop(victim);
    Files.delete(cluster.data(victim).resolve("mark"));
    cluster.restart(victim);
    assertThat(cluster.data(victim).resolve("damaged")).exists();
    writesThroughEach();
  }

  @Test
  void where_the_configuration_does_not_say_where_akka_listens_the_seeds_do() throws IOException {
    formedByAnEarlierVersion();
    writesThroughEach();
    cluster.stopAll();
    cluster.startAll();
    writesThroughEach();
    assertThat(cluster.log("n1").node().members())
        .extracting(Member::clusterAddress)
        .containsOnly("");

    // The next change of the members adds what was missing.
    String victim = cluster.follower();
    cluster.stop(victim);
    cluster.wipe(victim);
    cluster.restart(victim);
    writesThroughEach();
    for (Member member : cluster.log("n1").node().members()) {
      assertThat(member.clusterAddress())
          .isEqualTo(
              "127.0.0.1:" + cluster.log("n1").settings().seed(member.nodeId()).clusterPort());
    }
  }

  /** The disks as if their first start had ended just before the group was formed. */
  private void formedByAnEarlierVersion() throws IOException {
    Map<String, Identity> identities = new java.util.TreeMap<>();
    for (String id : ALL) {
      identities.put(id, Identity.in(cluster.data(id)));
    }
    cluster.stopAll();
    List<Member> members =
        identities.get("n1").initialMembers().stream()
            .map(m -> new Member(m.peerId(), m.address(), ""))
            .toList();
    for (String id : ALL) {
      cluster.wipe(id);
      Files.createDirectory(cluster.data(id));
      identities.get(id).with(Identity.Group.JOINING, members).write(cluster.data(id));
    }
    cluster.startAll();
  }
}
