package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyExceptionReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.apache.ratis.util.ProtoUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a leader sends its followers, over networks that do what networks do. */
class FollowerLinkTest {
  @TempDir Path directory;
  private LinkedRaft raft;

  private void start(Config extra) throws IOException {
    raft = new LinkedRaft(directory, extra);
    raft.write();
  }

  @AfterEach
  void stop() throws Exception {
    raft.close();
  }

  /** By all members; on a busy machine the lead may change hands. */
  private long counted(ToLongFunction<FollowerRequests.Counts> what) {
    return LinkedRaft.IDS.stream().mapToLong(id -> what.applyAsLong(raft.counts(id))).sum();
  }

  private String follower() {
    return raft.others(raft.leader()).findFirst().orElseThrow();
  }

  private void awaitEverywhere() {
    long index = raft.write();
    LinkedRaft.IDS.forEach(id -> raft.awaitApplied(id, index));
  }

  @Test
  void an_entry_is_one_request_to_each_follower_and_nobody_is_woken_in_vain() throws Exception {
    start(LogCluster.HARDLY_ANY_ELECTIONS);
    awaitEverywhere();
    int entries = 300;
    long requests = counted(c -> c.entryRequests.sum());
    long heartbeats = counted(c -> c.heartbeats.sum());
    long calls = counted(c -> c.calls.sum());
    long returns = counted(c -> c.returns.sum());
    for (int i = 0; i < entries; i++) {
      raft.write();
    }
    requests = counted(c -> c.entryRequests.sum()) - requests;
    heartbeats = counted(c -> c.heartbeats.sum()) - heartbeats;
    calls = counted(c -> c.calls.sum()) - calls;
    returns = counted(c -> c.returns.sum()) - returns;
    System.out.printf(
        "%d entries: %d requests, %d heartbeats, %d calls, %d returns%n",
        entries, requests, heartbeats, calls, returns);
    assertThat(requests).isBetween((long) entries, 2L * entries + 10);
    assertThat(calls).isLessThanOrEqualTo(requests + heartbeats + 2 * returns + 10);
    assertThat(returns).isLessThan(entries / 10);
  }

  /** The thread brings it back; then the loop goes on. */
  @Test
  void a_follower_that_was_away_gets_what_it_missed_from_the_disk() throws Exception {
    start(ConfigFactory.empty());
    for (int time = 0; time < 2; time++) {
      String follower = follower();
      long returns = counted(c -> c.returns.sum());
      whileAway(
          follower,
          () -> {
            raft.write(3000, new Command.NoOp());
            raft.write(120, big()); // more than is kept in memory
          });
      assertThat(counted(c -> c.returns.sum())).isGreaterThan(returns);
      raft.awaitApplied(follower, raft.write());
    }
    assertLoopServesAll();
  }

  @Test
  void a_follower_that_was_away_for_longer_gets_a_state_file() throws Exception {
    start(ConfigFactory.parseString("flotilla.journal.checkpoint.bytes = 1MiB"));
    String follower = follower();
    long had = raft.node(follower).division().getRaftLog().getNextIndex();
    whileAway(
        follower,
        () ->
            Awaitility.await()
                .atMost(TestPatience.PATIENCE)
                .until(
                    () -> {
                      raft.write(20, big());
                      return raft.node(raft.leader()).division().getRaftLog().getStartIndex() > had;
                    }));
    raft.awaitApplied(follower, raft.write());
    assertLoopServesAll();
  }

  private void whileAway(String member, Runnable work) throws IOException {
    for (String other : raft.others(member).toList()) {
      raft.cut(member, other);
    }
    work.run();
    for (String other : raft.others(member).toList()) {
      raft.heal(member, other);
    }
  }

  private void assertLoopServesAll() {
    awaitEverywhere();
    long returns = counted(c -> c.returns.sum());
    for (int i = 0; i < 100; i++) {
      raft.write();
    }
    assertThat(counted(c -> c.returns.sum()) - returns).isLessThan(20);
  }

  private static Command big() {
    return append(new byte[256 << 10]);
  }

  /** Refused by the state machine, but an entry like any other. */
  private static Command append(byte[] event) {
    return new Command.Append("id", 0, 1, List.of(event), 0);
  }

  @Test
  void what_was_acknowledged_is_in_all_logs_though_the_lead_changes_hands_under_load()
      throws Exception {
    start(ConfigFactory.empty());
    Map<Long, Command> acknowledged = new ConcurrentHashMap<>();
    AtomicBoolean enough = new AtomicBoolean();
    List<CompletableFuture<Void>> writers =
        List.of(1, 2, 3, 4).stream()
            .map(
                writer ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; !enough.get(); i++) {
                            Command unique = append((writer + ":" + i).getBytes());
                            acknowledged.put(raft.write(unique), unique);
                          }
                        },
                        task -> new Thread(task, "writer").start()))
            .toList();
    for (int change = 0; change < 20; change++) {
      String leader = raft.leader();
      LogCluster.await(
          raft.node(leader)
              .transferLead(raft.node(follower()).peerId(), 10_000)
              .handle((r, e) -> r));
      raft.write();
    }
    enough.set(true);
    writers.forEach(LogCluster::await);
    awaitEverywhere();
    for (Map.Entry<Long, Command> written : acknowledged.entrySet()) {
      for (String id : LinkedRaft.IDS) {
        LogEntryProto entry = raft.node(id).division().getRaftLog().get(written.getKey());
        assertThat(entry.getStateMachineLogEntry().getLogData().toByteArray())
            .isEqualTo(LogCodec.encode(written.getValue()));
      }
    }
  }

  @Test
  void connections_that_break_in_the_middle_of_a_message_lose_nothing() throws Exception {
    start(ConfigFactory.empty());
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      Link one = raft.link(raft.leader(), follower()); // with the other there is a majority
      one.breakAfter(1 + random.nextInt(4000));
      raft.write(10, new Command.NoOp());
      one.breakAfter(Long.MAX_VALUE);
    }
    awaitEverywhere();
  }

  @Test
  void an_answer_that_comes_late_or_never_holds_up_nobody_else() throws Exception {
    start(ConfigFactory.empty());
    awaitEverywhere();
    String leader = raft.leader();
    String follower = follower();
    long returns = raft.counts(leader).returns.sum();
    CountDownLatch late = new CountDownLatch(1);
    raft.link(leader, follower)
        .answers(
            answer -> {
              await(late);
              return answer;
            });
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> {
              raft.write();
              return raft.counts(leader).returns.sum() > returns; // the time-out has passed
            });
    raft.link(leader, follower).answers(UnaryOperator.identity());
    late.countDown();
    awaitEverywhere();
  }

  @Test
  void a_follower_is_done_with_what_one_leader_sends_before_it_looks_at_anothers()
      throws Exception {
    start(ConfigFactory.empty());
    String follower = follower();
    String peer = raft.node(follower).peerId();
    PeerQuestions questions =
        new PeerQuestions(
            raft.node(follower).division().getRaftServer(), (term, candidate) -> {}, Runnable::run);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    CodeInjectionForTesting.put(
        "RaftServerImpl.appendEntries",
        (local, remote, arguments) -> {
          if (local.toString().equals(peer) && Thread.currentThread().getName().equals("sender")) {
            inside.incrementAndGet();
            await(released);
          }
          return true;
        });
    try {
      List<Thread> senders = new ArrayList<>();
      List<CompletableFuture<AppendResult>> results = new ArrayList<>();
      for (String from : raft.others(follower).toList()) {
        CompletableFuture<AppendResult> result = new CompletableFuture<>();
        Thread sender =
            new Thread(
                () ->
                    result.completeAsync(
                        () -> append(questions, raft.outdated(from, follower)), Runnable::run),
                "sender");
        sender.start();
        senders.add(sender);
        results.add(result);
      }
      Awaitility.await()
          .atMost(TestPatience.PATIENCE)
          .until(() -> senders.stream().anyMatch(s -> s.getState() == Thread.State.BLOCKED));
      assertThat(inside).hasValue(1);
      released.countDown();
      for (CompletableFuture<AppendResult> result : results) {
        assertThat(LogCluster.await(result)).isEqualTo(AppendResult.NOT_LEADER);
      }
    } finally {
      released.countDown();
      CodeInjectionForTesting.remove("RaftServerImpl.appendEntries");
    }
  }

  private static AppendResult append(PeerQuestions questions, AppendEntriesRequestProto request) {
    RaftNettyServerRequestProto question =
        RaftNettyServerRequestProto.newBuilder().setAppendEntriesRequest(request).build();
    return questions.answer(question, null).join().getAppendEntriesReply().getResult();
  }

  /** Else a leader that was replaced could be told so by an answer from before. */
  @Test
  void an_answer_under_way_when_a_term_is_asked_for_says_nothing() throws Exception {
    start(LogCluster.HARDLY_ANY_ELECTIONS);
    awaitEverywhere();
    String leader = raft.leader();
    String follower = follower();
    String candidate = raft.others(leader, follower).findFirst().orElseThrow();
    long term = raft.node(leader).term();
    assertThat(LogCluster.await(askTerm(leader, follower))).isEqualTo(term);
    CompletableFuture<Void> held = new CompletableFuture<>();
    CountDownLatch released = new CountDownLatch(1);
    raft.link(leader, follower)
        .answers(
            answer -> {
              held.complete(null);
              await(released);
              return answer;
            });
    askTerm(leader, follower);
    LogCluster.await(held);
    CompletableFuture<Long> question = askTerm(leader, follower);
    assertThat(raft.vote(follower, candidate, term + 10).getServerReply().getSuccess()).isTrue();
    released.countDown();
    // Null if the leader has been told by somebody else meanwhile.
    assertThat(LogCluster.await(question))
        .satisfiesAnyOf(
            said -> assertThat(said).isNull(), said -> assertThat(said).isGreaterThan(term));
  }

  private CompletableFuture<Long> askTerm(String leader, String follower) {
    return Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> raft.node(leader).askTerm(raft.node(follower).peerId()), // unless it is busy
            Objects::nonNull);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void an_answer_that_makes_no_sense_leaves_no_follower_without_entries() throws Exception {
    start(ConfigFactory.empty());
    oneAnswerToEachIs(
        answer ->
            answer.toBuilder()
                .setAppendEntriesReply(answer.getAppendEntriesReply().toBuilder().setNextIndex(0))
                .build());
    awaitEverywhere();
  }

  /** A server that is closing interrupts its threads, and what they say reaches the leader. */
  @Test
  void a_follower_whose_thread_is_interrupted_gets_the_next_entries_all_the_same()
      throws Exception {
    start(ConfigFactory.empty());
    oneAnswerToEachIs(
        answer -> {
          RaftRpcReplyProto header = answer.getAppendEntriesReply().getServerReply();
          return RaftNettyServerReplyProto.newBuilder()
              .setExceptionReply(
                  RaftNettyExceptionReplyProto.newBuilder()
                      .setRpcReply(header)
                      .setException(
                          ProtoUtils.writeObject2ByteString(new InterruptedIOException("closing"))))
              .build();
        });
    awaitEverywhere();
  }

  private void oneAnswerToEachIs(UnaryOperator<RaftNettyServerReplyProto> other) {
    awaitEverywhere();
    String leader = raft.leader();
    for (String follower : raft.others(leader).toList()) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      raft.link(leader, follower)
          .answers(
              answer ->
                  answer.getAppendEntriesReply().getMatchIndex() > 0 && done.complete(null)
                      ? other.apply(answer)
                      : answer);
      raft.write();
      LogCluster.await(done);
    }
  }
}
