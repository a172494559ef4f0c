package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.CheckpointMeter;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.RequestMemory;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class KeySpaceStateTest {
  private EntityState<KeySpaceState, Change> whole = EntityState.of(KeySpaceState.empty());
  private KeySpaceState state = whole.model();
  private long wall = 1_700_000_000_000L;
  private long batch;

  private Result write(Operation<?>... ops) {
    KeySpaceDraft decision = new KeySpaceDraft(whole, new Moment(1_000, wall));
    Result last = null;
    for (Operation<?> op : ops) {
      last = decision.decide(op);
    }
    whole = whole.apply(decision.event("g", ++batch));
    state = whole.model();
    return last;
  }

  private Result put(String key, String value) {
    return write(new KeyOp.Put(key, value.getBytes(UTF_8), 0, OptionalLong.empty(), 0));
  }

  private Result putIf(String key, String value, long cas) {
    return write(new KeyOp.Put(key, value.getBytes(UTF_8), 0, OptionalLong.of(cas), 0));
  }

  private Result delete(String key) {
    return write(new KeyOp.Delete(key, OptionalLong.empty(), 0));
  }

  private Entry get(String key) {
    List<Entry> found = new KeyOp.Get(key).on(state).items();
    return found.isEmpty() ? null : found.get(0);
  }

  private List<String> keys(String prefix, String separator) {
    return new KeyOp.ListKeys(prefix, separator).on(state).items();
  }

  private long index(Operation.Read<KeySpaceState, ? extends Result.Many<?>> read) {
    return read.on(state).index();
  }

  @Test
  void the_first_change_has_index_2_so_that_a_client_that_saw_1_can_wait_for_it() {
    assertThat(index(new KeyOp.Get("a"))).isEqualTo(1);
    assertThat(put("a", "1")).isEqualTo(new Result.Done(true, 2));
  }

  @Test
  void the_create_index_survives_updates() {
    put("a", "1");
    put("b", "1");
    put("a", "2");
    assertThat(get("a").createIndex()).isEqualTo(2);
    assertThat(get("a").modifyIndex()).isEqualTo(4);
  }

  @Test
  void a_key_that_is_overwritten_is_in_memory_once() {
    put(new String("a"), "1");
    put(new String("a"), "2");
    assertThat(get("a").key()).isSameAs(state.entries().firstKey());
  }

  @Test
  void an_identical_put_changes_no_index() {
    put("a", "1");
    put("a", "1");
    assertThat(get("a").modifyIndex()).isEqualTo(2);
    assertThat(state.index()).isEqualTo(2);
  }

  @Test
  void cas_0_only_creates() {
    assertThat(putIf("a", "1", 0)).isEqualTo(new Result.Done(true, 2));
    assertThat(putIf("a", "2", 0)).isEqualTo(new Result.Done(false, 2));
    assertThat(get("a").value()).isEqualTo("1".getBytes(UTF_8));
  }

  @Test
  void cas_writes_only_over_the_index_it_names() {
    put("a", "1");
    assertThat(putIf("a", "2", 1)).isEqualTo(new Result.Done(false, 2));
    assertThat(putIf("a", "2", 2)).isEqualTo(new Result.Done(true, 3));
    assertThat(putIf("gone", "2", 2)).isEqualTo(new Result.Done(false, 3));
  }

  @Test
  void deleting_with_cas_needs_the_index_unless_there_is_nothing() {
    put("a", "1");
    assertThat(write(new KeyOp.Delete("a", OptionalLong.of(1), 0)))
        .isEqualTo(new Result.Done(false, 2));
    assertThat(write(new KeyOp.Delete("a", OptionalLong.of(2), 0)))
        .isEqualTo(new Result.Done(true, 3));
    assertThat(write(new KeyOp.Delete("a", OptionalLong.of(2), 0)))
        .isEqualTo(new Result.Done(true, 3));
  }

  @Test
  void operations_of_one_batch_see_each_other() {
    assertThat(
            write(
                new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0),
                new KeyOp.Put("a", new byte[] {2}, 0, OptionalLong.of(0), 0)))
        .isEqualTo(new Result.Done(false, 2));
    assertThat(get("a").value()).containsExactly(1);
  }

  @Test
  void a_deletion_moves_the_index_of_its_prefix_forward() {
    put("p/a", "1");
    put("p/b", "1");
    delete("p/b");
    put("q", "1");
    assertThat(index(new KeyOp.ListEntries("p/"))).isEqualTo(4);
    assertThat(new KeyOp.ListEntries("p/").hasNews(state, 3)).isTrue();
    assertThat(new KeyOp.ListEntries("p/").hasNews(state, 4)).isFalse();
    assertThat(new KeyOp.Get("p/b").hasNews(state, 3)).isTrue();
  }

  @Test
  void a_missing_key_answers_the_highest_index_and_waits_for_itself_at_no_other() {
    put("a", "1");
    put("b", "1");
    assertThat(index(new KeyOp.Get("x"))).isEqualTo(3);
    assertThat(new KeyOp.Get("x").hasNews(state, 3)).isFalse();
    assertThat(new KeyOp.Get("x").hasNews(state, 2)).isTrue();
    assertThat(new KeyOp.Get("x").hasNews(state, 4)).isTrue();
    assertThat(new KeyOp.Get("x").awaited(state)).isEqualTo(Interest.key("x"));
  }

  @Test
  void a_key_that_is_there_waits_for_itself_whatever_else_changes() {
    put("a", "1");
    put("b", "1");
    assertThat(new KeyOp.Get("a").hasNews(state, 1)).isTrue();
    assertThat(new KeyOp.Get("a").hasNews(state, 2)).isFalse();
    assertThat(new KeyOp.Get("a").hasNews(state, 99)).isFalse();
    assertThat(new KeyOp.ListEntries("a").hasNews(state, 99)).isFalse();
  }

  @Test
  void a_list_without_a_match_answers_and_awaits_the_last_change_in_its_folder() {
    assertThat(index(new KeyOp.ListEntries("config/app,dev/"))).isEqualTo(1);
    put("other", "1");
    assertThat(index(new KeyOp.ListEntries("config/app,dev/"))).isEqualTo(1);
    assertThat(new KeyOp.ListEntries("config/app,dev/").hasNews(state, 1)).isFalse();
    assertThat(new KeyOp.ListEntries("config/app,dev/").awaited(state))
        .isEqualTo(Interest.prefix("config/"));
    put("config/app/colour", "blue");
    assertThat(index(new KeyOp.ListKeys("config/app,dev/", ""))).isEqualTo(3);
    assertThat(new KeyOp.ListKeys("config/app,dev/", "").hasNews(state, 1)).isTrue();
    assertThat(new KeyOp.ListKeys("config/app,dev/", "").hasNews(state, 3)).isFalse();
    assertThat(new KeyOp.ListKeys("config/app,dev/", "").hasNews(state, 4)).isTrue();
    put("config/app,dev/colour", "red");
    assertThat(new KeyOp.ListEntries("config/app,dev/").hasNews(state, 3)).isTrue();
    assertThat(new KeyOp.ListEntries("config/app,dev/").awaited(state))
        .isEqualTo(Interest.prefix("config/app,dev/"));
    delete("config/app,dev/colour");
    assertThat(index(new KeyOp.ListEntries("config/app,dev/"))).isEqualTo(5);
    assertThat(index(new KeyOp.ListEntries("top"))).isEqualTo(5);
  }

  @Test
  void the_index_of_a_list_without_a_match_does_not_go_back_when_changes_are_forgotten() {
    put("p/a", "1");
    delete("p/a");
    String large = "x".repeat(500_000);
    for (int i = 0; i < 12; i++) {
      long before = index(new KeyOp.ListEntries("p/b/"));
      put("q", i + large);
      assertThat(index(new KeyOp.ListEntries("p/b/"))).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  void sessions_that_are_not_there_are_waited_for_at_their_index_only() {
    put("a", "1");
    assertThat(new SessionOp.ListAll(null).on(state)).isNotNull();
    assertThat(new SessionOp.ListAll(null).hasNews(state, 1)).isFalse();
    assertThat(new SessionOp.Get("s").hasNews(state, 1)).isFalse();
    assertThat(new SessionOp.Get("s").hasNews(state, 7)).isTrue();
  }

  @Test
  void the_index_of_a_prefix_does_not_go_back_when_old_deletions_are_forgotten() {
    put("p/a", "1");
    put("p/b", "1");
    delete("p/b");
    long before = index(new KeyOp.ListEntries("p/"));
    for (int i = 0; i <= Tombstones.MAX; i++) {
      put("x", Integer.toString(i));
      delete("x");
    }
    assertThat(state.tombstones().byKey()).doesNotContainKey("p/b");
    assertThat(index(new KeyOp.ListEntries("p/"))).isGreaterThanOrEqualTo(before);
  }

  @Test
  void deleting_a_tree_takes_all_under_the_prefix_and_nothing_else() {
    put("p/a", "1");
    put("p/b", "1");
    put("pq", "1");
    assertThat(write(new KeyOp.DeleteTree("p/"))).isEqualTo(new Result.Done(true, 5));
    assertThat(keys("", "")).containsExactly("pq");
    assertThat(write(new KeyOp.DeleteTree("p/"))).isEqualTo(new Result.Done(true, 5));
  }

  @Test
  void keys_are_cut_after_the_separator_behind_the_prefix() {
    put("web/a/1", "");
    put("web/a/2", "");
    put("web/b", "");
    put("web/c/1", "");
    assertThat(keys("web/", "/")).containsExactly("web/a/", "web/b", "web/c/");
    assertThat(keys("web/a", "/")).containsExactly("web/a/");
    assertThat(keys("web/", "")).containsExactly("web/a/1", "web/a/2", "web/b", "web/c/1");
  }

  @Test
  void keys_are_ordered_as_their_utf8_bytes_are() {
    put("\uFFFD", "");
    put("\uD83D\uDE00", "");
    put("ç", "");
    put("z", "");
    assertThat(keys("", "")).containsExactly("z", "ç", "\uFFFD", "\uD83D\uDE00");
  }

  @Test
  void a_request_id_is_answered_as_before_and_done_once() {
    Operation<?> create =
        Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0), "id-1");
    assertThat(write(create)).isEqualTo(new Result.Done(true, 2));
    delete("a");
    assertThat(write(create)).isEqualTo(new Result.Done(true, 2));
    assertThat(get("a")).isNull();
  }

  @Test
  void a_refused_condition_is_remembered_for_its_request_id_too() {
    put("a", "1");
    Operation<?> create =
        Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0), "id-1");
    assertThat(write(create)).isEqualTo(new Result.Done(false, 2));
    delete("a");
    assertThat(write(create)).isEqualTo(new Result.Done(false, 2));
  }

  @Test
  void a_request_id_of_another_request_is_refused() {
    write(Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0), "id-1"));
    assertThat(write(new Operation.Once<>(KeyOp.Put.plain("b", new byte[] {1}, 0), "id-1", 77)))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("request-id-reused"));
    assertThat(get("b")).isNull();
  }

  @Test
  void request_ids_are_forgotten_after_their_time() {
    write(Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0), "id-1"));
    assertThat(putAt(1_000 + RequestMemory.MILLIS).requests().byId()).containsOnlyKeys("id-1");
    assertThat(putAt(1_001 + RequestMemory.MILLIS).requests().byId()).isEmpty();
  }

  private EntityState<KeySpaceState, Change> putAt(long logMillis) {
    KeySpaceDraft later = new KeySpaceDraft(whole, new Moment(logMillis, wall));
    later.decide(new KeyOp.Put("b", new byte[] {1}, 0, OptionalLong.empty(), 0));
    return whole.apply(later.event("g", 99));
  }

  @Test
  void no_time_of_day_makes_it_forget_a_request_id() {
    write(Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0), "id-1"));
    for (long jump : List.of(3_600_000L, -7_200_000L, 3_600_000_000L)) {
      wall += jump;
      write(new KeyOp.Put("a", new byte[] {2}, 0, OptionalLong.empty(), 0));
    }
    write(Ops.once(new KeyOp.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0), "id-1"));
    assertThat(get("a").value()).containsExactly(2);
  }

  @Test
  void its_time_never_goes_back() {
    whole = putAt(5_000);
    whole = putAt(4_000);
    assertThat(whole.logMillis()).isEqualTo(5_000);
  }

  @Test
  void a_checkpoint_falls_due_after_as_many_bytes_as_the_state_holds() {
    byte[] value = new byte[512 * 1024];
    int due = 0;
    CheckpointMeter last = whole.written();
    for (int i = 0; i < 200; i++) {
      write(new KeyOp.Put("k" + i % 40, value.clone(), i, OptionalLong.empty(), 0));
      if (whole.written().due(last, state.storedBytes())) {
        due++;
        last = whole.written();
      }
    }
    assertThat(due).isBetween(4, 10);
  }
}
