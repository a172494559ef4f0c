package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.TestPatience;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that drops packets silently for a while: Raft goes on soon after. */
class SilentNetworkTest {
  /**
   * On a busy machine one recovery may take long, but not one after another. What is tested for
   * took longer each time, on any machine.
   */
  private static final int TRIES = 4;

  @TempDir Path directory;
  private LinkedRaft raft;

  @BeforeEach
  void start() throws Exception {
    raft = new LinkedRaft(directory);
    raft.write();
  }

  @AfterEach
  void stop() throws Exception {
    raft.close();
  }

  private interface Fault {
    /** Returns once it is mended. */
    void happen() throws Exception;
  }

  /** Milliseconds from the end of the fault until it is over in effect, the least of some tries. */
  private static long recovery(long enough, Fault fault, Runnable awaitOver) throws Exception {
    long least = Long.MAX_VALUE;
    for (int tried = 0; tried < TRIES && least > enough; tried++) {
      fault.happen();
      long begin = System.nanoTime();
      awaitOver.run();
      least = Math.min(least, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }
    return least;
  }

  @Test
  void an_attempt_to_connect_that_nobody_answers_ends_soon() throws Exception {
    List<String> followers = raft.others(raft.leader()).toList();
    raft.link(followers.get(0), followers.get(1)).cut();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> raft.ask(followers.get(0), followers.get(1)))
                    .hasMessageContaining("timed out after " + OutgoingRpc.CONNECT_MILLIS + " ms"));
  }

  /** As at the end of an election, whose voters may have been cut off since the one before. */
  @Test
  void a_connection_on_which_somebody_gave_up_waiting_is_not_used_again() throws Exception {
    List<String> followers = raft.others(raft.leader()).toList();
    String from = followers.get(0);
    String to = followers.get(1);
    assertThatThrownBy(() -> raft.ask(from, to)).hasMessageContaining("GroupMismatchException");
    raft.link(from, to).cut();
    raft.link(from, to).heal();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> raft.ask(from, to)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> raft.ask(from, to)).hasMessageContaining("GroupMismatchException");
  }

  /** By then the operating system would wait for seconds between its attempts to connect. */
  @Test
  void a_member_that_was_cut_off_is_in_step_soon_after() throws Exception {
    String member = raft.others(raft.leader()).findFirst().orElseThrow();
    List<String> rest = raft.others(member).toList();
    long[] index = new long[1];
    long millis =
        recovery(
            4_000,
            () -> {
              for (String other : rest) {
                raft.cut(member, other);
              }
              TimeUnit.SECONDS.sleep(15);
              index[0] = raft.write();
              for (String other : rest) {
                raft.heal(member, other);
              }
            },
            () -> raft.awaitApplied(member, index[0]));
    System.out.println("in step after a cut of 15 s: " + millis + " ms");
    assertThat(millis).isLessThan(4_000);
  }

  /** With the third member down, only the former leader can be elected: its log is the longer. */
  @Test
  void a_leader_that_lost_its_majority_for_a_moment_leads_again_soon_after() throws Exception {
    String leader = raft.leader();
    List<String> others = raft.others(leader).toList();
    raft.awaitApplied(others.get(0), raft.write());
    raft.stop(others.get(1));
    long millis =
        recovery(
            6_000,
            () -> {
              String now = raft.leader();
              String other = now.equals(leader) ? others.get(0) : leader;
              raft.cut(now, other);
              raft.node(now).write(LogCodec.encode(new Command.NoOp()));
              Awaitility.await()
                  .atMost(TestPatience.PATIENCE)
                  .pollInterval(Duration.ofMillis(10))
                  .until(() -> !raft.node(now).division().getInfo().isLeader());
              raft.heal(now, other);
            },
            raft::leader);
    System.out.println("a leader after the majority was lost: " + millis + " ms");
    assertThat(millis).isLessThan(6_000);
  }
}
