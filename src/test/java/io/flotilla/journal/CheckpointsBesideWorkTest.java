package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.persistence.PersistentRepr;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Operation;
import io.flotilla.entity.StoredForm;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.kv.Change;
import io.flotilla.kv.EmptyKeySpace;
import io.flotilla.kv.Entry;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KvResult;
import io.flotilla.wire.Parts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of an entity on a log that takes them at the test's pace. */
class CheckpointsBesideWorkTest {
  private static final Config SMALL_CHUNKS =
      ConfigFactory.parseString("flotilla.journal.snapshot-chunk-bytes = 256 KiB");
  private static final Config ALL_EVENTS_STAY =
      ConfigFactory.parseString("flotilla.journal.prune = off").withFallback(SMALL_CHUNKS);
  private static final int VALUE = 200_000;

  @TempDir Path directory;

  private LogCluster one(Config config) {
    LogCluster cluster = new LogCluster(directory, 1, "flotilla", config);
    cluster.startAll();
    return cluster;
  }

  /** Writes values until a checkpoint has begun. Returns how many there were. */
  private static int writeUntilDue(SpaceOnLog space, HeldSnapshots held) {
    int before = held.begun();
    int written = 0;
    while (held.begun() == before) {
      space.ask(SpaceOnLog.put("k" + written % 7, VALUE, written++));
      space.entries(new KeyOp.Get("none")); // a checkpoint may begin after the answer to a write
    }
    return written;
  }

  private static int valueOf(SpaceOnLog space, String key) {
    byte[] value = space.entries(new KeyOp.Get(key)).items().get(0).value();
    return (value[0] & 0xff) | (value[1] & 0xff) << 8;
  }

  /** See {@link #writeUntilDue}. */
  private static void hasWhatWasWrittenLast(SpaceOnLog space, int writes) {
    assertThat(valueOf(space, "k" + (writes - 1) % 7)).isEqualTo(writes - 1);
  }

  /** The third is held. */
  private static void stopAfterTwoChunks(HeldSnapshots held) {
    held.passNext();
    held.passNext();
    Awaitility.await().atMost(TestPatience.PATIENCE).until(held::isHolding);
  }

  private static List<String> keys(SpaceOnLog space) {
    return ((KvResult.Keys) space.ask(new KeyOp.ListKeys("", ""))).items();
  }

  private static void awaitCheckpoint(SpaceOnLog space, int number) {
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> space.checkpoints().size() == number);
  }

  @Test
  void writes_are_answered_while_a_checkpoint_is_on_its_way_and_their_events_stay() {
    try (LogCluster cluster = one(SMALL_CHUNKS)) {
      HeldSnapshots held = new HeldSnapshots(cluster, "n1");
      SpaceOnLog first = new SpaceOnLog(cluster, "n1", "n", held);
      held.bar();
      int last = writeUntilDue(first, held);
      long at = first.stored().events().highest();
      first.ask(SpaceOnLog.put("beside", 100, 2000)); // the first chunk is held
      int chunks = 0;
      while (held.passNext() instanceof Command.SnapshotChunk) {
        first.ask(SpaceOnLog.put("beside", 100, ++chunks)); // the next is, or the commit
      }
      assertThat(chunks).isGreaterThan(5);
      first.ask(SpaceOnLog.put("beside", 100, 1000));
      held.open();
      awaitCheckpoint(first, 1);
      Awaitility.await()
          .atMost(TestPatience.PATIENCE)
          .until(() -> first.stored().events().first() == at + 1);
      assertThat(first.checkpoints().get(0).sequenceNr()).isEqualTo(at);
      assertThat(first.stored().events().highest()).isEqualTo(at + chunks + 2);
      SpaceOnLog next = new SpaceOnLog(cluster, "n1", "n");
      assertThat(valueOf(next, "beside")).isEqualTo(1000);
      hasWhatWasWrittenLast(next, last);
      assertThat(keys(next)).hasSize(8);
    }
  }

  @Test
  void writes_wait_only_when_they_outrun_the_checkpoint() {
    try (LogCluster cluster = one(SMALL_CHUNKS)) {
      HeldSnapshots held = new HeldSnapshots(cluster, "n1");
      SpaceOnLog space = new SpaceOnLog(cluster, "n1", "n", held);
      held.bar();
      writeUntilDue(space, held);
      long before = space.stored().events().bytes();
      int beside = 0;
      while (space.isAnswered(SpaceOnLog.put("beside", VALUE, beside))) {
        beside++;
      }
      long meanwhile = space.stored().events().bytes() - before;
      // The events before were as much as the checkpoint takes.
      assertThat(meanwhile).isBetween(before / 4, before * 2 / 3);
      held.open();
      space.gateway.receiveMessage(TestPatience.PATIENCE); // the one that waited
      assertThat(valueOf(space, "beside")).isEqualTo(beside);
      assertThat(space.isAnswered(SpaceOnLog.put("beside", VALUE, 1000))).isTrue();
      awaitCheckpoint(space, 1);
    }
  }

  @Test
  void a_successor_ends_a_checkpoint_that_is_half_sent() {
    try (LogCluster cluster = one(SMALL_CHUNKS)) {
      HeldSnapshots held = new HeldSnapshots(cluster, "n1");
      SpaceOnLog first = new SpaceOnLog(cluster, "n1", "n", held);
      held.bar();
      int last = writeUntilDue(first, held);
      stopAfterTwoChunks(held);
      assertThat(first.stored().upload().chunks()).hasSize(2);
      SpaceOnLog second = new SpaceOnLog(cluster, "n1", "n");
      hasWhatWasWrittenLast(second, last);
      held.open();
      assertThatThrownBy(() -> LogCluster.await(held.begun(0))).isInstanceOf(FencedException.class);
      assertThat(second.stored().upload()).isNull();
      assertThat(second.checkpoints()).isEmpty();
      // What was read has outweighed the state: the successor's checkpoint needn't wait as long.
      second.ask(SpaceOnLog.put("k0", VALUE, 1000));
      awaitCheckpoint(second, 1);
      assertThat(valueOf(second, "k0")).isEqualTo(1000);
    }
  }

  @Test
  void one_that_fails_leaves_all_as_it_was_and_the_next_succeeds() {
    try (LogCluster cluster = one(SMALL_CHUNKS)) {
      HeldSnapshots held = new HeldSnapshots(cluster, "n1");
      SpaceOnLog space = new SpaceOnLog(cluster, "n1", "n", held);
      held.bar();
      writeUntilDue(space, held);
      held.passNext();
      held.failNext();
      held.open();
      held.awaitEnd();
      assertThat(held.begun(0)).isCompletedExceptionally();
      assertThat(space.checkpoints()).isEmpty();
      assertThat(space.stored().events().first()).isEqualTo(1);
      int last = writeUntilDue(space, held);
      awaitCheckpoint(space, 1);
      SpaceOnLog next = new SpaceOnLog(cluster, "n1", "n");
      hasWhatWasWrittenLast(next, last);
    }
  }

  @Test
  void a_node_dies_in_the_middle_and_another_goes_on_with_all_that_was_answered() {
    try (LogCluster cluster = LogCluster.formed(directory, config())) {
      String owner = cluster.follower();
      HeldSnapshots held = new HeldSnapshots(cluster, owner);
      SpaceOnLog first = new SpaceOnLog(cluster, owner, "n", held);
      held.bar();
      int last = writeUntilDue(first, held);
      stopAfterTwoChunks(held);
      first.ask(SpaceOnLog.put("beside", 100, 5));
      cluster.stop(owner);
      SpaceOnLog second = new SpaceOnLog(cluster, cluster.leader(), "n");
      assertThat(valueOf(second, "beside")).isEqualTo(5);
      hasWhatWasWrittenLast(second, last);
      assertThat(second.stored().upload()).isNull();
      second.ask(SpaceOnLog.put("beside", 100, 6));
      awaitCheckpoint(second, 1);
      cluster.restart(owner);
      SpaceOnLog third = new SpaceOnLog(cluster, owner, "n");
      assertThat(valueOf(third, "beside")).isEqualTo(6);
      assertThat(keys(third)).hasSize(8);
    }
  }

  private static Config config() {
    return SMALL_CHUNKS.withFallback(LogCluster.HARDLY_ANY_ELECTIONS);
  }

  // ---- any order of events and chunks

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void a_checkpoint_is_the_state_after_its_event_whatever_happened_meanwhile(long seed) {
    Random random = new Random(seed);
    try (LogCluster cluster = one(ALL_EVENTS_STAY)) {
      HeldSnapshots held = new HeldSnapshots(cluster, "n1");
      SpaceOnLog space = new SpaceOnLog(cluster, "n1", "n", held);
      Map<String, Integer> expected = new TreeMap<>();
      assertThat(sizes(space)).isEmpty(); // it has recovered
      held.bar();
      for (int i = 0; i < 250; i++) {
        Operation<?> op = any(random, i, expected);
        if (!space.isAnswered(op)) { // it waits for the checkpoint
          held.open();
          space.gateway.receiveMessage(TestPatience.PATIENCE);
          held.bar();
        }
        for (int chunks = random.nextInt(3); chunks > 0; chunks--) {
          held.pass();
        }
        if (random.nextInt(60) == 0) {
          space = new SpaceOnLog(cluster, "n1", "n", held);
          assertThat(sizes(space)).isEqualTo(expected);
        }
      }
      held.open();
      held.awaitEnd();
      assertThat(space.checkpoints()).isNotEmpty();
      for (StoredSnapshot checkpoint : space.checkpoints()) {
        isTheStateAfterItsEvent(cluster, space.stored(), checkpoint);
      }
      assertThat(sizes(new SpaceOnLog(cluster, "n1", "n", held))).isEqualTo(expected);
    }
  }

  private static Operation<?> any(Random random, int i, Map<String, Integer> expected) {
    String key = "k" + random.nextInt(8);
    switch (random.nextInt(12)) {
      case 0 -> {
        expected.remove(key);
        return new KeyOp.Delete(key, OptionalLong.empty(), 0);
      }
      case 1 -> {
        expected.remove(key); // each is the only one that begins so
        return new KeyOp.DeleteTree(key);
      }
      default -> {
        int size = 10 + random.nextInt(300_000);
        expected.put(key, size);
        return SpaceOnLog.put(key, size, i);
      }
    }
  }

  private static Map<String, Integer> sizes(SpaceOnLog space) {
    Map<String, Integer> sizes = new TreeMap<>();
    for (String key : keys(space)) {
      Entry entry = space.entries(new KeyOp.Get(key)).items().get(0);
      sizes.put(key, entry.value().length);
    }
    return sizes;
  }

  private static void isTheStateAfterItsEvent(
      LogCluster cluster, EntityLog log, StoredSnapshot checkpoint) {
    Serialization serialization = SerializationExtension.get(cluster.system("n1"));
    EntityState<KeySpaceState, Change> state = EmptyKeySpace.state();
    for (long nr = 1; nr <= checkpoint.sequenceNr(); nr++) {
      state = state.apply(committed(log.events().get(nr), nr, serialization));
    }
    Parts read = (Parts) SnapshotForm.decode("n", checkpoint, serialization).snapshot();
    assertThat(read.bytes()).isEqualTo(StoredForm.bytes(state));
  }

  @SuppressWarnings("unchecked") // a key space stores nothing else
  private static Committed<Change> committed(byte[] event, long nr, Serialization serialization) {
    PersistentRepr stored = EventEnvelope.decode(event, "n", nr, serialization);
    return (Committed<Change>) stored.payload();
  }
}
