package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Quota;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is and isn't refused when the cluster is full. */
class QuotaTest {
  private final KeySpaceFixture space = new KeySpaceFixture();
  private final List<Long> occupied = new ArrayList<>();

  @BeforeEach
  void some_are_there() {
    room(Long.MAX_VALUE);
    put("a", 100);
    put("held", 10);
    space.result(create("s1"));
    space.result(create("s2"));
    space.result(new LockOp.Acquire("held", new byte[10], 0, "s1"));
    room(0);
  }

  @AfterEach
  void end() {
    space.close();
  }

  private void room(long bytes) {
    space.quota =
        new Quota() {
          @Override
          public Room room() {
            return Room.inMemory(bytes);
          }

          @Override
          public void occupies(String persistenceId, long bytes) {
            occupied.add(bytes);
          }
        };
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) size);
    return bytes;
  }

  private static Operation<?> put(String key, int size, String requestId) {
    return Ops.once(new KeyOp.Put(key, bytes(size), 0, OptionalLong.empty(), 0), requestId);
  }

  private Result put(String key, int size) {
    return space.result(put(key, size, null));
  }

  private static SessionOp.Create create(String id) {
    return new SessionOp.Create(
        new Session(
            id,
            "",
            "",
            Session.Behavior.RELEASE,
            60_000,
            "60s",
            true,
            0,
            List.of(),
            List.of(),
            List.of(),
            "",
            0),
        0);
  }

  private static TxnOp set(String key, int size) {
    return new TxnOp(TxnOp.Verb.SET, key, bytes(size), 0, 0, "");
  }

  private static TxnOp delete(String key) {
    return new TxnOp(TxnOp.Verb.DELETE, key, new byte[0], 0, 0, "");
  }

  private Result txn(TxnOp... ops) {
    return space.result(new Txn(List.of(ops)));
  }

  private int size(String key) {
    List<Entry> found = ((KvResult.Entries) space.result(new KeyOp.Get(key))).items();
    return found.isEmpty() ? -1 : found.get(0).value().length;
  }

  private static void done(Result result) {
    assertThat(result).isInstanceOfSatisfying(Result.Done.class, d -> assertThat(d.ok()).isTrue());
  }

  private void refused(Result result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("quota-exceeded"));
  }

  @Test
  void what_grows_is_refused_and_changes_nothing() {
    int events = space.events();
    refused(put("b", 1));
    refused(put("a", 101));
    refused(space.result(create("s3")));
    refused(space.result(new LockOp.Acquire("a", bytes(100), 0, "s1")));
    refused(space.result(new LockOp.Acquire("new", bytes(0), 0, "s1")));
    assertThat(space.events()).isEqualTo(events);
    assertThat(size("a")).isEqualTo(100);
    assertThat(size("b")).isEqualTo(-1);
  }

  @Test
  void what_shrinks_or_stays_goes_on() {
    done(put("a", 100));
    done(space.result(new KeyOp.Put("a", new byte[100], 7, OptionalLong.empty(), 0)));
    done(put("a", 99));
    assertThat(size("a")).isEqualTo(99);
    assertThat(((KvResult.SessionList) space.result(new SessionOp.Renew("s1"))).items()).hasSize(1);
    done(space.result(new LockOp.Release("held", new byte[10], 0, "s1")));
    done(space.result(new SessionOp.Destroy("s2")));
    done(space.result(new KeyOp.Delete("a", OptionalLong.empty(), 0)));
    done(space.result(new KeyOp.DeleteTree("")));
    assertThat(size("held")).isEqualTo(-1);
  }

  @Test
  void sessions_end_at_their_time() {
    space.pass(61_000);
    assertThat(((KvResult.SessionList) space.result(new SessionOp.ListAll(null))).items())
        .isEmpty();
  }

  @Test
  void a_transaction_counts_as_a_whole() {
    refused(txn(delete("a"), set("a", 101)));
    refused(txn(set("b", 1), set("a", 99)));
    assertThat(size("a")).isEqualTo(100);
    assertThat(txn(delete("a"), set("b", 100))).isInstanceOf(KvResult.TxnResult.class);
    assertThat(size("a")).isEqualTo(-1);
    assertThat(size("b")).isEqualTo(100);
  }

  @Test
  void within_one_batch_nobody_grows_into_what_another_has_taken() {
    room(500);
    List<Result> results =
        space.results(
            List.of(
                put("b", 200, null), put("c", 200, null), put("a", 1, null), put("d", 50, null)));
    done(results.get(0));
    refused(results.get(1));
    done(results.get(2));
    done(results.get(3));
    assertThat(size("c")).isEqualTo(-1);
  }

  @Test
  void a_request_that_was_refused_may_be_repeated() {
    refused(space.result(put("b", 1, "id")));
    room(Long.MAX_VALUE);
    done(space.result(put("b", 1, "id")));
    room(0);
    done(space.result(put("b", 1, "id")));
  }

  @Test
  void what_it_occupies_is_told_with_every_event_and_shrinks_with_what_is_deleted() {
    room(Long.MAX_VALUE);
    occupied.clear();
    int events = space.events();
    for (int i = 0; i < 200; i++) {
      put("big-" + i, 100_000);
    }
    long full = occupied.get(occupied.size() - 1);
    assertThat(full).isGreaterThan(200 * 100_000);
    space.result(new KeyOp.DeleteTree("big-"));
    put("a", 1);
    assertThat(occupied).hasSize(space.events() - events);
    assertThat(occupied.get(occupied.size() - 1))
        .isLessThan(full - 200 * 100_000 + History.MAX_BYTES);
  }
}
