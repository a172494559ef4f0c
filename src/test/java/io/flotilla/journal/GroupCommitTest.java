package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
  private static final long WAIT_MILLIS = 20;

  @TempDir Path directory;

  // ---- what leaves together, with a log whose entries the test ends

  private record Open(byte[] bytes, CompletableFuture<RaftClientReply> reply) {}

  private final Deque<Open> entries = new ArrayDeque<>();
  private boolean mayGroup = true;
  private LogState state = LogState.EMPTY;
  private long index;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final GroupCommit commit =
      new GroupCommit(
          () -> mayGroup,
          bytes -> {
            Open entry = new Open(bytes, new CompletableFuture<>());
            entries.add(entry);
            return entry.reply();
          },
          new LogMeters(metrics, nanos::get));

  /** The first event of an id, with the claim that is the latest as long as there is no other. */
  private CompletableFuture<Reply> append(String id, int bytes) {
    if (state.entity(id).epoch() == 0) {
      state = state.apply(++index, new Command.Claim(id, UUID.randomUUID())).state();
    }
    long epoch = state.entity(id).epoch();
    return commit.write(
        LogCodec.encode(
            new Command.Append(id, epoch, 1, List.of(new byte[bytes]), EntityLog.UNKNOWN)));
  }

  /** Those of the oldest entry under way. */
  private List<String> ids() {
    return commands().stream().map(c -> ((Command.Append) c).persistenceId()).toList();
  }

  private List<Command> commands() {
    return LogCodec.decodeCommands(ByteBuffer.wrap(entries.element().bytes()));
  }

  private void done() {
    LogState.AllApplied applied = state.apply(++index, commands());
    state = applied.state();
    entries
        .remove()
        .reply()
        .complete(
            RaftClientReply.newBuilder()
                .setClientId(ClientId.randomId())
                .setServerId(RaftPeerId.valueOf("n1"))
                .setGroupId(RaftGroupId.valueOf(new UUID(0, 1)))
                .setSuccess()
                .setMessage(LogStateMachine.message(LogCodec.encodeAll(applied.replies())))
                .build());
  }

  @Test
  void what_waits_leaves_together_as_soon_as_an_entry_is_done() {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d", "e")) {
      replies.add(append(id, 1));
    }
    assertThat(entries).hasSize(GroupCommit.MOST_UNDER_WAY);
    assertThat(ids()).containsExactly("a");
    done();
    assertThat(replies.get(0)).isCompletedWithValue(new Reply.Done(index));
    assertThat(ids()).containsExactly("b");
    done();
    assertThat(ids()).containsExactly("c", "d", "e");
    done();
    assertThat(entries).isEmpty();
    assertThat(replies).allMatch(CompletableFuture::isDone);
    append("f", 1);
    assertThat(ids()).containsExactly("f");
  }

  @Test
  void a_second_entry_leaves_beside_the_first_once_it_holds_as_many() {
    for (String id : List.of("a", "b", "c", "d", "e")) {
      append(id, 1);
    }
    done();
    done();
    assertThat(ids()).containsExactly("c", "d", "e");
    append("f", 1);
    append("g", 1);
    assertThat(entries).hasSize(1);
    append("h", 1);
    assertThat(entries).hasSize(2);
    done();
    assertThat(ids()).containsExactly("f", "g", "h");
  }

  @Test
  void each_is_answered_for_itself() {
    append("a", 1);
    append("b", 1);
    CompletableFuture<Reply> good = append("good", 1);
    CompletableFuture<Reply> fenced = append("fenced", 1);
    long other = ++index;
    state = state.apply(other, new Command.Claim("fenced", UUID.randomUUID())).state();
    CompletableFuture<Reply> twice = append("good", 2);
    CompletableFuture<Reply> last = append("last", 1);
    done();
    done();
    assertThat(ids()).containsExactly("good", "fenced", "good", "last");
    done();
    assertThat(good).isCompletedWithValue(new Reply.Done(index));
    assertThat(fenced).isCompletedWithValue(new Reply.Fenced(other));
    assertThat(twice).isCompletedWithValue(new Reply.OutOfOrder(1));
    assertThat(last).isCompletedWithValue(new Reply.Done(index));
  }

  @Test
  void an_entry_that_fails_fails_for_all_in_it_and_the_next_leaves() {
    append("a", 1);
    append("b", 1);
    List<CompletableFuture<Reply>> group = List.of(append("c", 1), append("d", 1));
    done();
    assertThat(ids()).containsExactly("b");
    CompletableFuture<Reply> next = append("e", 1);
    entries.removeLast().reply().completeExceptionally(new IllegalStateException("lost the lead"));
    assertThat(group).allMatch(CompletableFuture::isCompletedExceptionally);
    done();
    assertThat(ids()).containsExactly("e");
    assertThat(next).isNotDone();
  }

  @Test
  void other_commands_and_groups_that_some_cannot_read_are_entries_of_their_own() {
    append("a", 1);
    append("b", 1);
    append("c", 1);
    commit.write(LogCodec.encode(new Command.Claim("d", UUID.randomUUID())));
    assertThat(entries).hasSize(3);
    mayGroup = false;
    append("e", 1);
    assertThat(entries).hasSize(4);
  }

  @Test
  void an_entry_is_no_larger_than_its_limit_unless_one_append_is() {
    append("a", 1);
    append("b", 1);
    append("c", GroupCommit.MOST_BYTES);
    append("d", 1);
    append("e", GroupCommit.MOST_BYTES / 2);
    append("f", GroupCommit.MOST_BYTES / 2);
    done();
    done();
    assertThat(ids()).containsExactly("c");
    done();
    assertThat(ids()).containsExactly("d", "e");
    done();
    assertThat(ids()).containsExactly("f");
  }

  @Test
  void what_waits_is_limited_in_bytes() {
    append("a", 1);
    append("b", 1);
    int half = (int) GroupCommit.MOST_WAITING_BYTES / 2;
    CompletableFuture<Reply> first = append("c", half);
    assertThatThrownBy(() -> append("d", half).get())
        .hasCauseInstanceOf(ResourceUnavailableException.class);
    assertThat(first).isNotDone();
    done();
    assertThat(append("d", half)).isNotDone();
  }

  @Test
  void it_is_measured_how_many_share_an_entry_and_how_long_each_has_waited() {
    for (String id : List.of("a", "b", "c", "d")) {
      append(id, 1);
    }
    nanos.set(5_000_000);
    done();
    done();
    DistributionSummary appends = metrics.get("flotilla_journal_entry_appends").summary();
    assertThat(appends.count()).isEqualTo(3);
    assertThat(appends.max()).isEqualTo(2);
    Timer waiting = metrics.get("flotilla_journal_phase").tag("phase", "waiting").timer();
    assertThat(waiting.count()).isEqualTo(4);
    assertThat(waiting.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
  }

  // ---- on real members

  /**
   * Through all nodes at once, while the lead moves and one leader ends. What was acknowledged is
   * there, once and in order; and of two writers of one id, the earlier is fenced in the middle of
   * a group.
   */
  @Test
  void many_ids_through_all_nodes_over_changes_of_the_lead() throws Exception {
    try (LogCluster cluster = LogCluster.started(directory, 3)) {
      Map<String, Long> acknowledged = new ConcurrentHashMap<>();
      AtomicBoolean enough = new AtomicBoolean();
      cluster.ids().forEach(id -> takeSeat(cluster.log(id), id));
      List<CompletableFuture<Void>> writers =
          IntStream.range(0, 48).mapToObj(i -> write(cluster, i, acknowledged, enough)).toList();
      for (int change = 0; change < 5; change++) {
        awaitMore(acknowledged, 300);
        String next = cluster.follower();
        await(cluster.log(next).group().transferLead(next).handle((done, failure) -> done));
      }
      cluster.stop(cluster.leader());
      awaitMore(acknowledged, 300);
      enough.set(true);
      writers.forEach(LogCluster::await);
      ReplicatedLog log = cluster.log(cluster.leader());
      long entries = log.node().machine().appliedIndex();
      assertThat(acknowledged.values().stream().mapToLong(n -> n).sum()).isGreaterThan(entries);
      for (Map.Entry<String, Long> id : new TreeMap<>(acknowledged).entrySet()) {
        EventRun events = await(log.claim(id.getKey(), true)).events();
        assertThat(events.highest()).as(id.getKey()).isBetween(id.getValue(), id.getValue() + 1);
        for (long nr = 1; nr <= events.highest(); nr++) {
          assertThat(new String(events.get(nr))).isEqualTo(id.getKey() + ":" + nr);
        }
      }
      assertThat(cluster.halts).isEmpty();
    }
  }

  /** Which says what the member can read. */
  private static void takeSeat(ReplicatedLog log, String id) {
    String peer = log.node().peerId();
    await(
        log.seats()
            .enter(
                new Roster.Occupant(
                    id, peer, peer.hashCode(), "127.0.0.1", 1, 1, "", Roster.PROTOCOL)));
  }

  /** Ends when it has to, or with its node. */
  private static CompletableFuture<Void> write(
      LogCluster cluster, int i, Map<String, Long> acknowledged, AtomicBoolean enough) {
    String id = "id-" + i;
    ReplicatedLog log = cluster.log(cluster.ids().get(i % cluster.ids().size()));
    return log.claim(id, true)
        .thenCompose(claimed -> next(log, id, claimed.epoch(), 1, acknowledged, enough))
        .exceptionally(failure -> null);
  }

  private static CompletableFuture<Void> next(
      ReplicatedLog log,
      String id,
      long epoch,
      long nr,
      Map<String, Long> acknowledged,
      AtomicBoolean enough) {
    if (enough.get()) {
      return CompletableFuture.completedFuture(null);
    }
    return log.write(ReplicatedLogTest.append(id, epoch, nr, id + ":" + nr), id)
        .thenComposeAsync(
            done -> {
              acknowledged.put(id, nr);
              return next(log, id, epoch, nr + 1, acknowledged, enough);
            });
  }

  private static void awaitMore(Map<String, Long> acknowledged, long more)
      throws InterruptedException {
    long before = total(acknowledged);
    while (total(acknowledged) < before + more) {
      Thread.sleep(WAIT_MILLIS);
    }
  }

  private static long total(Map<String, Long> acknowledged) {
    return acknowledged.values().stream().mapToLong(n -> n).sum();
  }
}
