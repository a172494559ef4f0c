package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions in the running actor, with the test's own clock. */
class SessionExpiryTest {
  private final KeySpaceFixture space = new KeySpaceFixture();

  @AfterEach
  void end() {
    space.close();
  }

  /** A session with exact TTL. */
  private void session(String id, long ttlMillis, Session.Behavior behavior) {
    session(id, ttlMillis, true, behavior);
  }

  private void session(String id, long ttlMillis, boolean exact, Session.Behavior behavior) {
    session(id, ttlMillis, exact, behavior, 15);
  }

  private void session(
      String id, long ttlMillis, boolean exact, Session.Behavior behavior, long delaySeconds) {
    Session session =
        new Session(
            id,
            "",
            "",
            behavior,
            ttlMillis,
            "",
            exact,
            delaySeconds * 1_000_000_000,
            List.of(),
            List.of(),
            List.of(),
            "",
            0);
    assertThat(space.result(new SessionOp.Create(session, 0)))
        .isInstanceOf(KvResult.SessionCreated.class);
  }

  private boolean lives(String id) {
    return !((KvResult.SessionList) space.result(new SessionOp.Get(id))).items().isEmpty();
  }

  private boolean renew(String id) {
    return !((KvResult.SessionList) space.result(new SessionOp.Renew(id))).items().isEmpty();
  }

  private boolean acquires(String key, String session) {
    return ((KvResult.Acquired) acquire(key, session)).ok();
  }

  private Result acquire(String key, String session) {
    return space.result(new LockOp.Acquire(key, new byte[] {1}, 0, session));
  }

  private List<Entry> get(String key) {
    return ((KvResult.Entries) space.result(new KeyOp.Get(key))).items();
  }

  @Test
  void a_session_lives_for_its_ttl_and_ends_within_half_a_second_after_it() {
    session("a", 10_000, Session.Behavior.RELEASE);
    space.pass(9_999);
    assertThat(lives("a")).isTrue();
    space.pass(500);
    assertThat(lives("a")).isFalse();
  }

  @Test
  void sessions_are_counted_where_they_live_and_by_why_they_ended() {
    session("a", 10_000, Session.Behavior.RELEASE);
    session("b", 60_000, Session.Behavior.RELEASE);
    assertThat(space.metrics.get("flotilla_sessions").gauge().value()).isEqualTo(2);
    space.pass(10_500);
    space.failOver();
    assertThat(lives("b")).isTrue();
    assertThat(space.metrics.get("flotilla_sessions").gauge().value()).isEqualTo(1);
    space.result(new SessionOp.Destroy("b"));
    assertThat(space.metrics.get("flotilla_sessions").gauge().value()).isZero();
    assertThat(ended("expired")).isEqualTo(1);
    assertThat(ended("destroyed")).isEqualTo(1);
  }

  private double ended(String reason) {
    return space.metrics.get("flotilla_sessions_ended").tag("reason", reason).counter().count();
  }

  @Test
  void a_session_of_consuls_kind_lives_for_twice_its_ttl_wherever_it_is_kept() {
    session("a", 1_000, false, Session.Behavior.RELEASE);
    space.pass(1_999);
    assertThat(lives("a")).isTrue();
    space.failOver();
    space.pass(1_900);
    assertThat(renew("a")).isTrue();
    space.pass(1_999);
    assertThat(lives("a")).isTrue();
    space.pass(500);
    assertThat(lives("a")).isFalse();
  }

  @Test
  void renewals_keep_it_alive_and_are_not_written_to_the_log() {
    session("a", 1_000, Session.Behavior.RELEASE);
    int events = space.events();
    for (int i = 0; i < 10; i++) {
      space.pass(800);
      assertThat(renew("a")).isTrue();
    }
    assertThat(space.events()).isEqualTo(events);
    space.pass(1_500);
    assertThat(renew("a")).isFalse();
  }

  @Test
  void expiry_is_one_event_that_releases_its_locks_and_wakes_who_waits_for_them() {
    session("a", 1_000, Session.Behavior.RELEASE);
    acquire("k", "a");
    long index = get("k").get(0).modifyIndex();
    assertThat(space.result(new Operation.News<>(new KeyOp.Get("k"), index)))
        .isInstanceOf(Result.Unchanged.class);
    int events = space.events();
    space.pass(1_500);
    assertThat(space.heard).containsExactly(Interest.key("k"));
    assertThat(space.events()).isEqualTo(events + 1);
    assertThat(get("k").get(0).session()).isNull();
  }

  @Test
  void expiry_of_an_ephemeral_key_deletes_it() {
    session("a", 1_000, Session.Behavior.DELETE);
    acquire("k", "a");
    space.pass(1_500);
    assertThat(get("k")).isEmpty();
  }

  @Test
  void after_a_failover_the_full_ttl_starts_again() {
    session("a", 1_000, Session.Behavior.RELEASE);
    space.pass(900);
    space.failOver();
    space.pass(999);
    assertThat(lives("a")).isTrue();
    space.pass(501);
    assertThat(lives("a")).isFalse();
  }

  @Test
  void the_lock_delay_is_kept_across_a_failover() {
    session("a", 1_000, Session.Behavior.RELEASE);
    session("b", 0, Session.Behavior.RELEASE);
    acquire("k", "a");
    space.pass(1_500);
    space.failOver();
    assertThat(acquires("k", "b")).isFalse();
    space.pass(14_800);
    assertThat(acquires("k", "b")).isFalse();
    space.pass(400);
    assertThat(acquires("k", "b")).isTrue();
  }

  /** A lock-delay of 2 s begins. */
  private void delayed(String key) {
    session("a", 0, false, Session.Behavior.RELEASE, 2);
    session("b", 0, Session.Behavior.RELEASE);
    acquire(key, "a");
    space.result(new SessionOp.Destroy("a"));
  }

  @Test
  void no_clock_that_is_set_and_no_time_without_the_actor_ends_a_lock_delay() {
    delayed("k");
    space.setClock(Duration.ofHours(1));
    assertThat(acquires("k", "b")).isFalse();
    space.failOver();
    space.setClock(Duration.ofMinutes(-131));
    space.pause(Duration.ofHours(1));
    assertThat(acquires("k", "b")).isFalse();
    space.pause(Duration.ofHours(1));
    assertThat(acquires("k", "b")).isFalse();
    space.pass(2_000);
    assertThat(acquires("k", "b")).isTrue();
  }

  @Test
  void while_a_lock_delay_lasts_the_actor_is_awake_and_writes_nothing() {
    session("a", 0, false, Session.Behavior.RELEASE, 11);
    acquire("k", "a");
    space.result(new SessionOp.Destroy("a"));
    int events = space.events();
    space.pass(10_000);
    assertThat(space.keptAwake).hasValue(1);
    space.pass(11_200);
    assertThat(space.keptAwake).hasValue(1);
    assertThat(space.events()).isEqualTo(events);
  }

  @Test
  void no_clock_that_is_set_and_no_time_without_the_actor_makes_it_forget_a_request_id() {
    Operation<?> put = put("1", "id-1");
    Result first = space.result(put);
    space.setClock(Duration.ofHours(1));
    space.result(put("2", "id-2"));
    space.pause(Duration.ofHours(1));
    space.result(put("3", null));
    space.failOver();
    space.setClock(Duration.ofMinutes(11));
    space.result(put("4", "id-4"));
    assertThat(space.result(put)).isEqualTo(first);
    assertThat(get("k").get(0).value()).isEqualTo("4".getBytes(StandardCharsets.UTF_8));
  }

  private static Operation<?> put(String value, String id) {
    return Ops.once(KeyOp.Put.plain("k", value.getBytes(StandardCharsets.UTF_8), 0), id);
  }

  @Test
  void a_pause_of_the_actor_expires_nothing_that_is_renewed_right_after_it() {
    session("a", 1_000, Session.Behavior.RELEASE);
    space.pass(900);
    space.pause(Duration.ofSeconds(3));
    space.pass(600);
    assertThat(renew("a")).isTrue();
    space.pass(999);
    assertThat(lives("a")).isTrue();
  }

  @Test
  void as_long_as_a_session_can_expire_the_actor_asks_not_to_be_put_to_sleep() {
    session("a", 11_000, Session.Behavior.RELEASE);
    space.pass(10_000);
    assertThat(space.keptAwake).hasValue(1);
    space.pass(11_000);
    assertThat(lives("a")).isFalse();
    assertThat(space.keptAwake).hasValue(1);
  }
}
