package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.EntityState;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Moment;
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

  private Result write(Op.Write... ops) {
    Decision decision = Decision.on(whole, new Moment(1_000, wall));
    Result last = null;
    for (Op.Write op : ops) {
      last = decision.decide(op);
    }
    whole = whole.apply(decision.event("g", ++batch));
    state = whole.model();
    return last;
  }

  private Result put(String key, String value) {
    return write(new Op.Put(key, value.getBytes(UTF_8), 0, OptionalLong.empty(), 0, null));
  }

  private Result putIf(String key, String value, long cas) {
    return write(new Op.Put(key, value.getBytes(UTF_8), 0, OptionalLong.of(cas), 0, null));
  }

  private Result delete(String key) {
    return write(new Op.Delete(key, OptionalLong.empty(), 0, null));
  }

  private Entry get(String key) {
    List<Entry> found = ((KvResult.Entries) state.query(new Op.Get(key, 0))).items();
    return found.isEmpty() ? null : found.get(0);
  }

  private List<String> keys(String prefix, String separator) {
    return ((KvResult.Keys) state.query(new Op.ListKeys(prefix, separator, 0))).items();
  }

  private long index(Op.Read read) {
    Result result = state.query(read);
    return result instanceof KvResult.Entries e ? e.index() : ((KvResult.Keys) result).index();
  }

  @Test
  void the_first_change_has_index_2_so_that_a_client_that_saw_1_can_wait_for_it() {
    assertThat(index(new Op.Get("a", 0))).isEqualTo(1);
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
    assertThat(write(new Op.Delete("a", OptionalLong.of(1), 0, null)))
        .isEqualTo(new Result.Done(false, 2));
    assertThat(write(new Op.Delete("a", OptionalLong.of(2), 0, null)))
        .isEqualTo(new Result.Done(true, 3));
    assertThat(write(new Op.Delete("a", OptionalLong.of(2), 0, null)))
        .isEqualTo(new Result.Done(true, 3));
  }

  @Test
  void operations_of_one_batch_see_each_other() {
    assertThat(
            write(
                new Op.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0, null),
                new Op.Put("a", new byte[] {2}, 0, OptionalLong.of(0), 0, null)))
        .isEqualTo(new Result.Done(false, 2));
    assertThat(get("a").value()).containsExactly(1);
  }

  @Test
  void a_deletion_moves_the_index_of_its_prefix_forward() {
    put("p/a", "1");
    put("p/b", "1");
    delete("p/b");
    put("q", "1");
    assertThat(index(new Op.ListEntries("p/", 0))).isEqualTo(4);
    assertThat(state.hasNews(new Op.ListEntries("p/", 3))).isTrue();
    assertThat(state.hasNews(new Op.ListEntries("p/", 4))).isFalse();
    assertThat(state.hasNews(new Op.Get("p/b", 3))).isTrue();
  }

  @Test
  void a_missing_key_answers_the_highest_index_and_waits_for_itself_at_no_other() {
    put("a", "1");
    put("b", "1");
    assertThat(index(new Op.Get("x", 0))).isEqualTo(3);
    assertThat(state.hasNews(new Op.Get("x", 3))).isFalse();
    assertThat(state.hasNews(new Op.Get("x", 2))).isTrue();
    assertThat(state.hasNews(new Op.Get("x", 4))).isTrue();
    assertThat(state.awaited(new Op.Get("x", 3))).isEqualTo(Interest.key("x"));
  }

  @Test
  void a_key_that_is_there_waits_for_itself_whatever_else_changes() {
    put("a", "1");
    put("b", "1");
    assertThat(state.hasNews(new Op.Get("a", 1))).isTrue();
    assertThat(state.hasNews(new Op.Get("a", 2))).isFalse();
    assertThat(state.hasNews(new Op.Get("a", 99))).isFalse();
    assertThat(state.hasNews(new Op.ListEntries("a", 99))).isFalse();
  }

  @Test
  void a_list_without_a_match_answers_and_awaits_the_last_change_in_its_folder() {
    assertThat(index(new Op.ListEntries("config/app,dev/", 0))).isEqualTo(1);
    put("other", "1");
    assertThat(index(new Op.ListEntries("config/app,dev/", 0))).isEqualTo(1);
    assertThat(state.hasNews(new Op.ListEntries("config/app,dev/", 1))).isFalse();
    assertThat(state.awaited(new Op.ListEntries("config/app,dev/", 1)))
        .isEqualTo(Interest.prefix("config/"));
    put("config/app/colour", "blue");
    assertThat(index(new Op.ListKeys("config/app,dev/", "", 0))).isEqualTo(3);
    assertThat(state.hasNews(new Op.ListKeys("config/app,dev/", "", 1))).isTrue();
    assertThat(state.hasNews(new Op.ListKeys("config/app,dev/", "", 3))).isFalse();
    assertThat(state.hasNews(new Op.ListKeys("config/app,dev/", "", 4))).isTrue();
    put("config/app,dev/colour", "red");
    assertThat(state.hasNews(new Op.ListEntries("config/app,dev/", 3))).isTrue();
    assertThat(state.awaited(new Op.ListEntries("config/app,dev/", 4)))
        .isEqualTo(Interest.prefix("config/app,dev/"));
    delete("config/app,dev/colour");
    assertThat(index(new Op.ListEntries("config/app,dev/", 0))).isEqualTo(5);
    assertThat(index(new Op.ListEntries("top", 0))).isEqualTo(5);
  }

  @Test
  void the_index_of_a_list_without_a_match_does_not_go_back_when_changes_are_forgotten() {
    put("p/a", "1");
    delete("p/a");
    String large = "x".repeat(500_000);
    for (int i = 0; i < 12; i++) {
      long before = index(new Op.ListEntries("p/b/", 0));
      put("q", i + large);
      assertThat(index(new Op.ListEntries("p/b/", 0))).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  void sessions_that_are_not_there_are_waited_for_at_their_index_only() {
    put("a", "1");
    assertThat(((Result.Many<?>) state.query(new Op.ListSessions(null, 0)))).isNotNull();
    assertThat(state.hasNews(new Op.ListSessions(null, 1))).isFalse();
    assertThat(state.hasNews(new Op.GetSession("s", 1))).isFalse();
    assertThat(state.hasNews(new Op.GetSession("s", 7))).isTrue();
  }

  @Test
  void the_index_of_a_prefix_does_not_go_back_when_old_deletions_are_forgotten() {
    put("p/a", "1");
    put("p/b", "1");
    delete("p/b");
    long before = index(new Op.ListEntries("p/", 0));
    for (int i = 0; i <= Tombstones.MAX; i++) {
      put("x", Integer.toString(i));
      delete("x");
    }
    assertThat(state.tombstones().byKey()).doesNotContainKey("p/b");
    assertThat(index(new Op.ListEntries("p/", 0))).isGreaterThanOrEqualTo(before);
  }

  @Test
  void deleting_a_tree_takes_all_under_the_prefix_and_nothing_else() {
    put("p/a", "1");
    put("p/b", "1");
    put("pq", "1");
    assertThat(write(new Op.DeleteTree("p/", null))).isEqualTo(new Result.Done(true, 5));
    assertThat(keys("", "")).containsExactly("pq");
    assertThat(write(new Op.DeleteTree("p/", null))).isEqualTo(new Result.Done(true, 5));
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
    Op.Put create = new Op.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0, "id-1");
    assertThat(write(create)).isEqualTo(new Result.Done(true, 2));
    delete("a");
    assertThat(write(create)).isEqualTo(new Result.Done(true, 2));
    assertThat(get("a")).isNull();
  }

  @Test
  void a_refused_condition_is_remembered_for_its_request_id_too() {
    put("a", "1");
    Op.Put create = new Op.Put("a", new byte[] {1}, 0, OptionalLong.of(0), 0, "id-1");
    assertThat(write(create)).isEqualTo(new Result.Done(false, 2));
    delete("a");
    assertThat(write(create)).isEqualTo(new Result.Done(false, 2));
  }

  @Test
  void a_request_id_of_another_request_is_refused() {
    write(new Op.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0, "id-1"));
    assertThat(write(new Op.Put("b", new byte[] {1}, 0, OptionalLong.empty(), 0, "id-1")))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("request-id-reused"));
    assertThat(get("b")).isNull();
  }

  @Test
  void request_ids_are_forgotten_after_their_time() {
    write(new Op.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0, "id-1"));
    assertThat(putAt(1_000 + RequestMemory.MILLIS).requests().byId()).containsOnlyKeys("id-1");
    assertThat(putAt(1_001 + RequestMemory.MILLIS).requests().byId()).isEmpty();
  }

  private EntityState<KeySpaceState, Change> putAt(long logMillis) {
    Decision later = Decision.on(whole, new Moment(logMillis, wall));
    later.decide(new Op.Put("b", new byte[] {1}, 0, OptionalLong.empty(), 0, null));
    return whole.apply(later.event("g", 99));
  }

  @Test
  void no_time_of_day_makes_it_forget_a_request_id() {
    write(new Op.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0, "id-1"));
    for (long jump : List.of(3_600_000L, -7_200_000L, 3_600_000_000L)) {
      wall += jump;
      write(new Op.Put("a", new byte[] {2}, 0, OptionalLong.empty(), 0, null));
    }
    write(new Op.Put("a", new byte[] {1}, 0, OptionalLong.empty(), 0, "id-1"));
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
    for (int i = 0; i < 200; i++) {
      write(new Op.Put("k" + i % 40, value.clone(), i, OptionalLong.empty(), 0, null));
      due += whole.checkpoint().due() ? 1 : 0;
    }
    assertThat(due).isBetween(4, 10);
  }
}
