package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics on three nodes, one of which is killed. */
class TopicIT {
  private static final int TOPICS = 12;

  @TempDir Path data;

  /** What one subscriber received, in order: ids, and {@code gap}. */
  private static final class Told implements Topics.Listener {
    final List<String> ids = new CopyOnWriteArrayList<>();

    @Override
    public void message(Topics.Message message) {
      ids.add(message.id());
    }

    @Override
    public void gap(String oldest) {
      ids.add("gap");
    }

    boolean hadGap() {
      return ids.contains("gap");
    }

    /** No message twice, none out of order, none left out without saying so. */
    void check() {
      String last = null;
      for (String id : ids) {
        if (!id.equals("gap") && last != null && !last.equals("gap")) {
          assertThat(epoch(id)).as("%s after %s", id, last).isEqualTo(epoch(last));
          assertThat(number(id)).as("%s after %s", id, last).isEqualTo(number(last) + 1);
        }
        last = id;
      }
      assertThat(ids.stream().filter(id -> !id.equals("gap"))).doesNotHaveDuplicates();
    }

    private static String epoch(String id) {
      return id.substring(0, id.indexOf('-'));
    }

    private static long number(String id) {
      return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }
  }

  @Test
  void every_subscriber_on_every_node_goes_on_when_a_node_is_killed_and_is_told_of_gaps()
      throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      List<Flotilla> clients = new ArrayList<>();
      try {
        for (int node = 0; node < 3; node++) {
          clients.add(Flotilla.connect(addressesFrom(cluster, node)));
        }
        List<List<Told>> told = new ArrayList<>();
        for (int t = 0; t < TOPICS; t++) {
          List<Told> ofTopic = new ArrayList<>();
          for (Flotilla client : clients) {
            Told one = new Told();
            client.topics().subscribe("t" + t, one);
            ofTopic.add(one);
          }
          told.add(ofTopic);
        }
        awaitAllReceive(clients.get(0), told);
        publish(clients, 20);
        cluster.kill(1);
        publish(clients, 5);
        awaitAllReceive(clients.get(0), told);
        cluster.start(1);
        publish(clients, 20);
        awaitAllReceive(clients.get(0), told);
        told.forEach(ofTopic -> ofTopic.forEach(Told::check));
        Set<Integer> moved = new TreeSet<>();
        for (int t = 0; t < TOPICS; t++) {
          if (told.get(t).stream().allMatch(Told::hadGap)) {
            moved.add(t);
          }
        }
        assertThat(moved).as("topics that lived on the killed node").isNotEmpty();
      } finally {
        clients.forEach(Flotilla::close);
      }
    }
  }

  /** The client of a node prefers it and knows the others. */
  private static String addressesFrom(RealCluster cluster, int node) {
    return IntStream.range(0, 3)
        .mapToObj(i -> "127.0.0.1:" + cluster.httpPort((node + i) % 3))
        .collect(Collectors.joining(","));
  }

  private static void publish(List<Flotilla> clients, int times) {
    for (int i = 0; i < times; i++) {
      for (int t = 0; t < TOPICS; t++) {
        try {
          Flotilla.await(clients.get(i % 3).topics().publish("t" + t, "m" + i));
        } catch (FlotillaException e) {
          // unknown while a topic moves: subscribers receive a gap
        }
      }
    }
  }

  /** Publishes until every subscriber has received something of that. */
  private static void awaitAllReceive(Flotilla publisher, List<List<Told>> told) {
    for (int t = 0; t < TOPICS; t++) {
      String topic = "t" + t;
      List<String> published = new ArrayList<>();
      for (Told one : told.get(t)) {
        Awaitility.await("a message of " + topic)
            .atMost(RealCluster.PATIENCE)
            .ignoreExceptions()
            .until(
                () -> {
                  published.add(Flotilla.await(publisher.topics().publish(topic, "ping")));
                  return published.stream().anyMatch(one.ids::contains);
                });
      }
    }
  }
}
