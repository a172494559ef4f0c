package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Sessions, locks and fencing tokens as decisions on the state. */
class LockStateTest {
  private EntityState<KeySpaceState, Change> whole = EntityState.of(KeySpaceState.empty());
  private KeySpaceState state = whole.model();
  private long now = 1_000_000;
  private long wall = 1_700_000_000_000L;
  private long batch;

  private Result write(Operation<?> op) {
    KeySpaceDraft decision = new KeySpaceDraft(whole, new Moment(now, wall));
    Result result = decision.decide(op);
    whole = whole.apply(decision.event("g", ++batch));
    state = whole.model();
    return result;
  }

  private void session(String id, Session.Behavior behavior, long lockDelaySeconds) {
    write(
        new SessionOp.Create(
            new Session(
                id,
                "",
                "node-1",
                behavior,
                0,
                "",
                false,
                lockDelaySeconds * 1_000_000_000,
                List.of("serfHealth"),
                List.of("web-check"),
                List.of(),
                "",
                0),
            0));
  }

  private void session(String id) {
    session(id, Session.Behavior.RELEASE, 15);
  }

  private Result acquire(String key, String value, String session) {
    return write(new LockOp.Acquire(key, value.getBytes(UTF_8), 0, session));
  }

  private boolean acquires(String key, String session) {
    return acquire(key, "", session) instanceof KvResult.Acquired lock && lock.ok();
  }

  private long token(String key, String session) {
    return ((KvResult.Acquired) acquire(key, "", session)).fence();
  }

  private boolean release(String key, String session) {
    return ((Result.Done) write(new LockOp.Release(key, new byte[0], 0, session))).ok();
  }

  private boolean destroy(String session) {
    return ((Result.Done) write(new SessionOp.Destroy(session))).ok();
  }

  private void delete(String key) {
    write(new KeyOp.Delete(key, OptionalLong.empty(), 0));
  }

  private Result guarded(String key, long fence) {
    return write(new KeyOp.Put(key, "guarded".getBytes(UTF_8), 0, OptionalLong.empty(), fence));
  }

  private Entry get(String key) {
    List<Entry> found = new KeyOp.Get(key).on(state).items();
    return found.isEmpty() ? null : found.get(0);
  }

  @Test
  void the_lock_index_counts_holders_and_not_their_repetitions() {
    session("a");
    session("b");
    acquire("k", "1", "a");
    assertThat(get("k").lockIndex()).isEqualTo(1);
    assertThat(get("k").session()).isEqualTo("a");
    acquire("k", "2", "a");
    assertThat(get("k").lockIndex()).isEqualTo(1);
    assertThat(get("k").value()).isEqualTo("2".getBytes(UTF_8));
    release("k", "a");
    assertThat(get("k").lockIndex()).isEqualTo(1);
    assertThat(get("k").session()).isNull();
    acquire("k", "3", "b");
    assertThat(get("k").lockIndex()).isEqualTo(2);
  }

  @Test
  void an_identical_acquire_by_the_holder_changes_no_index() {
    session("a");
    acquire("k", "1", "a");
    KeySpaceState before = state;
    assertThat(acquire("k", "1", "a")).isEqualTo(new KvResult.Acquired(true, 3, 3));
    assertThat(state.index()).isEqualTo(before.index());
  }

  @Test
  void only_one_session_holds_a_lock() {
    session("a");
    session("b");
    assertThat(acquires("k", "a")).isTrue();
    assertThat(acquires("k", "b")).isFalse();
    assertThat(get("k").session()).isEqualTo("a");
  }

  @Test
  void a_release_by_another_session_or_of_a_missing_key_is_false_and_changes_nothing() {
    session("a");
    session("b");
    acquire("k", "1", "a");
    KeySpaceState before = state;
    assertThat(release("k", "b")).isFalse();
    assertThat(release("k", "unknown")).isFalse();
    assertThat(release("missing", "a")).isFalse();
    assertThat(state.entries()).isEqualTo(before.entries());
    assertThat(state.index()).isEqualTo(before.index());
  }

  @Test
  void an_unknown_session_acquires_nothing() {
    assertThat(acquire("k", "1", "nobody"))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("unknown-session"));
    assertThat(get("k")).isNull();
  }

  @Test
  void a_lock_is_advisory_and_a_plain_put_keeps_the_holder() {
    session("a");
    long token = token("k", "a");
    write(KeyOp.Put.plain("k", "2".getBytes(UTF_8), 0));
    assertThat(get("k").session()).isEqualTo("a");
    assertThat(get("k").fence()).isEqualTo(token);
    assertThat(get("k").lockIndex()).isEqualTo(1);
  }

  @Test
  void destroying_a_session_releases_what_it_held_in_one_event() {
    session("a");
    acquire("k1", "1", "a");
    acquire("k2", "2", "a");
    KeySpaceDraft decision = new KeySpaceDraft(whole, new Moment(now, wall));
    decision.decide(new SessionOp.Destroy("a"));
    assertThat(decision.changes())
        .containsExactly(
            new Change.SessionEnded(5, "a", Change.Reason.DESTROYED, now + 15_001),
            new Change.Released(6, "k1"),
            new Change.Released(7, "k2"));
    whole = whole.apply(decision.event("g", ++batch));
    state = whole.model();
    assertThat(get("k1").session()).isNull();
    assertThat(get("k1").value()).isEqualTo("1".getBytes(UTF_8));
    assertThat(get("k2").modifyIndex()).isEqualTo(7);
    assertThat(state.sessions().all()).isEmpty();
    assertThat(state.sessions().held()).isEmpty();
  }

  @Test
  void a_session_of_behavior_delete_takes_its_keys_along() {
    session("a", Session.Behavior.DELETE, 0);
    acquire("k", "1", "a");
    destroy("a");
    assertThat(get("k")).isNull();
    assertThat(new KeyOp.Get("k").on(state).items()).isEmpty();
    assertThat(new KeyOp.Get("k").hasNews(state, state.index() - 1)).isTrue();
  }

  @Test
  void destroying_an_unknown_session_is_true_and_changes_nothing() {
    assertThat(destroy("nobody")).isTrue();
    assertThat(state.index()).isEqualTo(1);
  }

  @Test
  void a_key_that_was_deleted_is_no_longer_held() {
    session("a");
    session("b");
    acquire("k", "1", "a");
    delete("k");
    assertThat(acquires("k", "b")).isTrue();
    destroy("a");
    assertThat(get("k").session()).isEqualTo("b");
  }

  @Test
  void the_lock_delay_keeps_everybody_off_what_an_ended_session_held() {
    session("a");
    session("b");
    acquire("k", "1", "a");
    destroy("a");
    now += 15_000; // this or some part of a millisecond less
    assertThat(acquires("k", "b")).isFalse();
    now += 1;
    assertThat(acquires("k", "b")).isTrue();
  }

  @Test
  void a_release_starts_no_lock_delay_and_neither_does_a_delay_of_zero() {
    session("a");
    session("b", Session.Behavior.RELEASE, 0);
    session("c");
    acquire("k", "1", "a");
    release("k", "a");
    assertThat(acquires("k", "b")).isTrue();
    destroy("b");
    assertThat(acquires("k", "c")).isTrue();
  }

  @Test
  void no_time_of_day_ends_a_lock_delay_or_makes_it_longer() {
    session("a");
    session("b");
    acquire("k", "1", "a");
    destroy("a");
    for (long jump : List.of(3_600_000L, -7_200_000L, 3_600_000_000L)) {
      wall += jump;
      assertThat(acquires("k", "b")).isFalse();
    }
    now += 15_001;
    assertThat(acquires("k", "b")).isTrue();
  }

  @Test
  void lock_delays_that_are_over_are_forgotten() {
    session("a");
    acquire("k", "1", "a");
    destroy("a");
    now += 15_001;
    write(KeyOp.Put.plain("x", new byte[0], 0));
    assertThat(state.lockDelays().byKey()).isEmpty();
    assertThat(state.lockDelays().byEnd()).isEmpty();
  }

  @Test
  void a_failed_check_ends_the_sessions_that_name_it() {
    session("a");
    acquire("k", "1", "a");
    write(new SessionOp.FailCheck("other"));
    assertThat(get("k").session()).isEqualTo("a");
    write(new SessionOp.FailCheck("web-check"));
    assertThat(get("k").session()).isNull();
    assertThat(state.sessions().get("a")).isNull();
  }

  @Test
  void a_failed_check_of_another_machine_ends_the_sessions_of_that_machine_only() {
    session("a");
    String node = state.sessions().get("a").node();
    write(new SessionOp.FailCheckOn("another", "web-check"));
    write(new SessionOp.FailCheckOn(node, "other"));
    assertThat(state.sessions().get("a")).isNotNull();
    write(new SessionOp.FailCheckOn(node, "web-check"));
    assertThat(state.sessions().get("a")).isNull();
    session("b");
    write(new SessionOp.FailCheckOn(node, ""));
    assertThat(state.sessions().get("b")).isNull();
  }

  @Test
  void the_fencing_token_rises_with_every_holder_even_when_the_key_was_deleted_in_between() {
    session("a");
    session("b");
    long first = token("k", "a");
    assertThat(token("k", "a")).isEqualTo(first);
    delete("k");
    long second = token("k", "b");
    release("k", "b");
    long third = token("k", "b");
    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
    assertThat(token("other", "a")).isGreaterThan(third);
  }

  @Test
  void a_guarded_write_is_refused_once_the_lock_was_acquired_anew() {
    session("a", Session.Behavior.DELETE, 0);
    session("b");
    long old = token("k", "a");
    assertThat(guarded("data", old)).isEqualTo(new Result.Done(true, state.index()));
    destroy("a");
    long latest = token("k", "b");
    long before = state.index();
    assertThat(guarded("data", old))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("stale-fencing-token"));
    assertThat(state.index()).isEqualTo(before);
    assertThat(guarded("other", latest)).isEqualTo(new Result.Done(true, before + 1));
  }

  @Test
  void locks_of_other_keys_do_not_make_a_token_stale() {
    session("a");
    session("b");
    long token = token("k", "a");
    token("other", "b");
    assertThat(guarded("data", token)).isEqualTo(new Result.Done(true, state.index()));
  }

  @Test
  void a_token_stays_good_after_its_lock_was_released_until_another_acquires_it() {
    session("a");
    session("b");
    long token = token("k", "a");
    release("k", "a");
    delete("k");
    assertThat(guarded("data", token)).isEqualTo(new Result.Done(true, state.index()));
    token("k", "b");
    assertThat(guarded("data", token)).isInstanceOf(Result.Refused.class);
  }

  @Test
  void a_token_that_was_never_given_is_refused() {
    assertThat(guarded("data", 999)).isInstanceOf(Result.Refused.class);
  }

  @Test
  void a_deletion_can_be_guarded_too() {
    session("a");
    session("b");
    long old = token("k", "a");
    release("k", "a");
    token("k", "b");
    write(KeyOp.Put.plain("data", new byte[0], 0));
    assertThat(write(new KeyOp.Delete("data", OptionalLong.empty(), old)))
        .isInstanceOf(Result.Refused.class);
    assertThat(get("data")).isNotNull();
  }

  @Test
  void the_oldest_tokens_of_free_locks_are_forgotten_but_never_those_of_held_ones() {
    session("a");
    session("b");
    long held = token("held", "a");
    long free = token("first", "b");
    release("first", "b");
    for (int i = 0; i < Fences.MAX_FREE; i++) {
      token("k" + i, "b");
      release("k" + i, "b");
    }
    assertThat(guarded("data", held)).isInstanceOf(Result.Done.class);
    assertThat(guarded("data", free)).isInstanceOf(Result.Refused.class);
    assertThat(state.fences().byToken()).hasSize(Fences.MAX_FREE + 1);
  }

  @Test
  void a_session_is_created_once_for_a_request_id() {
    Session first =
        new Session(
            "s1",
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
            0);
    Session again =
        new Session(
            "s2",
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
            0);
    assertThat(write(Ops.once(new SessionOp.Create(first, 0), "r")))
        .isEqualTo(write(Ops.once(new SessionOp.Create(again, 0), "r")));
    assertThat(state.sessions().all()).hasSize(1);
  }
}
