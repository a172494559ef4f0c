package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.StoredForm;
import io.flotilla.kv.KvEvent.What;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private EntityState<KeySpaceState, Change> whole = EntityState.of(KeySpaceState.empty());
  private KeySpaceState state = whole.model();

  private void write(Operation<?> op) {
    KeySpaceDraft decision = new KeySpaceDraft(whole, new Moment(1_000, 5_000));
    decision.decide(op);
    whole = whole.apply(decision.event("g", 1));
    state = whole.model();
  }

  private void put(String key, int size) {
    byte[] value = new byte[size];
    value[0] = (byte) state.index();
    write(KeyOp.Put.plain(key, value, state.index()));
  }

  private KvResult.Changes after(long index, String prefix) {
    return new KeyOp.Changes(prefix, false, index).on(state);
  }

  private static List<Long> indexes(KvResult.Changes changes) {
    return changes.items().stream().map(KvEvent::index).toList();
  }

  @Test
  void every_change_under_the_prefix_is_told_once_and_in_order() {
    put("p/a", 1);
    put("q", 1);
    put("p/b", 1);
    KvResult.Changes all = after(0, "p/");
    assertThat(indexes(all)).containsExactly(2L, 4L);
    assertThat(all.index()).isEqualTo(4);
    assertThat(indexes(after(2, "p/"))).containsExactly(4L);
    assertThat(after(4, "p/").items()).isEmpty();
  }

  @Test
  void a_read_that_waits_has_news_only_of_its_own_prefix() {
    put("p/a", 1);
    assertThat(new KeyOp.Changes("p/", false, 2).hasNews(state, 2)).isFalse();
    put("q", 1);
    assertThat(new KeyOp.Changes("p/", false, 2).hasNews(state, 2)).isFalse();
    put("p/b", 1);
    assertThat(new KeyOp.Changes("p/", false, 2).hasNews(state, 2)).isTrue();
  }

  @Test
  void a_deleted_tree_is_one_change_with_the_keys_that_the_watcher_sees() {
    put("p/a", 1);
    put("p/x/1", 1);
    put("p/x/2", 1);
    write(new KeyOp.DeleteTree("p/"));
    KvEvent seen = after(4, "p/x/").items().get(0);
    assertThat(seen.what()).isEqualTo(What.DELETE_TREE);
    assertThat(seen.keys()).containsExactly("p/x/1", "p/x/2");
    assertThat(after(4, "p/y").items()).isEmpty();
  }

  @Test
  void locks_are_told_as_such_and_sessions_only_to_who_asks_for_them() {
    write(
        new SessionOp.Create(
            new Session(
                "s",
                "",
                "",
                Session.Behavior.RELEASE,
                0,
                "",
                false,
                0,
                List.of(),
                List.of(),
                List.of(),
                "",
                0),
            0));
    write(new LockOp.Acquire("k", new byte[0], 0, "s"));
    write(new SessionOp.Destroy("s"));
    assertThat(after(0, "").items().stream().map(KvEvent::what))
        .containsExactly(What.LOCK, What.UNLOCK);
    KvResult.Changes all = new KeyOp.Changes("", true, 0).on(state);
    assertThat(all.items().stream().map(KvEvent::what))
        .containsExactly(What.SESSION_CREATED, What.LOCK, What.SESSION_DESTROYED, What.UNLOCK);
  }

  @Test
  void the_oldest_changes_are_forgotten_and_who_asks_for_them_is_told_from_where_to_go_on() {
    for (int i = 0; i < 20; i++) {
      put("k", 500_000);
    }
    KvResult.Changes lost = after(2, "");
    assertThat(lost.compacted()).isTrue();
    assertThat(lost.items()).isEmpty();
    assertThat(indexes(after(lost.index(), ""))).startsWith(lost.index() + 1);
    assertThat(state.history().bytes()).isLessThanOrEqualTo(History.MAX_BYTES);
  }

  @Test
  void a_long_answer_comes_in_parts_without_a_gap() {
    for (int i = 0; i < 50; i++) {
      put("k" + i, 60_000);
    }
    long index = 0;
    int seen = 0;
    while (index < state.index()) {
      KvResult.Changes part = after(index, "");
      assertThat(indexes(part)).startsWith(index == 0 ? 2 : index + 1);
      seen += part.items().size();
      index = part.index();
    }
    assertThat(seen).isEqualTo(50);
  }

  @Test
  void a_checkpoint_has_the_history_and_no_value_twice() {
    for (int i = 0; i < 20; i++) {
      put("k" + i % 7, 300_000);
    }
    write(new KeyOp.DeleteTree("k1"));
    byte[] stored = StoredForm.bytes(whole);
    KeySpaceState read = StoredForm.read(KeySpaceState.empty(), stored).model();
    assertThat(read.history().byIndex().keySet()).isEqualTo(state.history().byIndex().keySet());
    assertThat(read.history().bytes()).isEqualTo(state.history().bytes());
    for (Entry e : read.entries().values()) {
      assertThat(read.history().byIndex().get(e.modifyIndex()).value()).isSameAs(e.value());
    }
    int held = read.entries().size() + 7; // 13 events of 300,000 bytes fit into the history
    assertThat(stored.length).isLessThan(held * 300_000 + 10_000);
  }

  @Test
  void after_a_move_right_behind_a_checkpoint_a_watch_goes_on_where_it_was() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      int n = 0;
      while (space.checkpoints() == 0) {
        byte[] value = new byte[500_000];
        value[0] = (byte) n++;
        space.result(KeyOp.Put.plain("k", value, 0));
      }
      space.failOver();
      KvResult.Changes changes =
          (KvResult.Changes) space.result(new KeyOp.Changes("", false, n - 3));
      assertThat(changes.compacted()).isFalse();
      assertThat(changes.items().get(0).index()).isEqualTo(n - 2);
    }
  }
}
