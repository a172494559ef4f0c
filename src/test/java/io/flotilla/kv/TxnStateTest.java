package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import io.flotilla.kv.TxnOp.Verb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions as decisions on the state. */
class TxnStateTest {
  private EntityState<KeySpaceState, Change> whole = EntityState.of(KeySpaceState.empty());
  private KeySpaceState state = whole.model();
  private List<Change> changes = new ArrayList<>();

  @BeforeEach
  void a_key_and_two_sessions() {
    write(KeyOp.Put.plain("a", "1".getBytes(UTF_8), 0));
    for (String id : List.of("s", "t")) {
      write(
          new SessionOp.Create(
              new Session(
                  id,
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
    }
  }

  private Result write(Operation<?> op) {
    KeySpaceDraft decision = new KeySpaceDraft(whole, new Moment(1_000, 0));
    Result result = decision.decide(op);
    changes = decision.changes();
    whole = whole.apply(decision.event("g", 1));
    state = whole.model();
    return result;
  }

  private Result txn(TxnOp... ops) {
    return write(new Txn(List.of(ops)));
  }

  private static TxnOp op(Verb verb, String key) {
    return new TxnOp(verb, key, new byte[0], 0, 0, "");
  }

  private static TxnOp set(String key, String value) {
    return new TxnOp(Verb.SET, key, value.getBytes(UTF_8), 0, 0, "");
  }

  private static TxnOp at(Verb verb, String key, long index) {
    return new TxnOp(verb, key, "x".getBytes(UTF_8), 0, index, "");
  }

  private static TxnOp as(Verb verb, String key, String session) {
    return new TxnOp(verb, key, "x".getBytes(UTF_8), 0, 0, session);
  }

  private static List<Entry> entries(Result result) {
    return ((KvResult.TxnResult) result).items();
  }

  private static List<Integer> failed(Result result) {
    return ((KvResult.TxnResult) result).errors().stream().map(KvResult.TxnError::op).toList();
  }

  @Test
  void operations_see_what_their_predecessors_did_and_are_one_list_of_changes() {
    Result result = txn(set("b", "2"), op(Verb.GET, "b"), op(Verb.DELETE, "a"));
    assertThat(entries(result).get(0).value()).isEmpty();
    assertThat(entries(result).get(1).value()).isEqualTo("2".getBytes(UTF_8));
    assertThat(changes).hasSize(2);
    assertThat(state.entries().keySet()).containsExactly("b");
  }

  @Test
  void nothing_is_done_when_one_operation_fails_and_all_failures_are_told() {
    long before = state.index();
    Result result =
        txn(set("b", "2"), at(Verb.CAS, "a", 99), op(Verb.GET, "missing"), set("c", "3"));
    assertThat(failed(result)).containsExactly(1, 2);
    assertThat(state.index()).isEqualTo(before);
    assertThat(state.entries().keySet()).containsExactly("a");
    assertThat(changes).isEmpty();
  }

  @Test
  void cas_writes_over_the_index_it_names_and_cas_0_creates() {
    assertThat(entries(txn(at(Verb.CAS, "a", 2), at(Verb.CAS, "new", 0)))).hasSize(2);
    assertThat(failed(txn(at(Verb.CAS, "a", 0)))).containsExactly(0);
  }

  @Test
  void delete_cas_needs_the_index() {
    assertThat(failed(txn(at(Verb.DELETE_CAS, "a", 1)))).containsExactly(0);
    assertThat(entries(txn(at(Verb.DELETE_CAS, "a", 2)))).isEmpty();
    assertThat(state.entries()).isEmpty();
  }

  @Test
  void a_lock_is_taken_and_given_back() {
    assertThat(entries(txn(as(Verb.LOCK, "l", "s"))).get(0).session()).isEqualTo("s");
    assertThat(failed(txn(as(Verb.LOCK, "l", "t")))).containsExactly(0);
    assertThat(failed(txn(as(Verb.UNLOCK, "l", "t")))).containsExactly(0);
    assertThat(failed(txn(as(Verb.LOCK, "l", "nobody")))).containsExactly(0);
    assertThat(failed(txn(as(Verb.LOCK, "new", ""), as(Verb.UNLOCK, "l", ""))))
        .containsExactly(0, 1);
    assertThat(entries(txn(as(Verb.UNLOCK, "l", "s"))).get(0).session()).isNull();
  }

  @Test
  void checks_guard_the_rest() {
    txn(as(Verb.LOCK, "l", "s"));
    assertThat(entries(txn(as(Verb.CHECK_SESSION, "l", "s"), set("d", "1")))).hasSize(2);
    assertThat(failed(txn(as(Verb.CHECK_SESSION, "l", "t"), set("d", "2")))).containsExactly(0);
    assertThat(entries(txn(at(Verb.CHECK_INDEX, "a", 2)))).hasSize(1);
    assertThat(failed(txn(at(Verb.CHECK_INDEX, "a", 3)))).containsExactly(0);
    assertThat(failed(txn(at(Verb.CHECK_INDEX, "missing", 3)))).containsExactly(0);
    assertThat(entries(txn(op(Verb.CHECK_NOT_EXISTS, "missing")))).isEmpty();
    assertThat(entries(txn(op(Verb.GET_OR_EMPTY, "a"), op(Verb.GET_OR_EMPTY, "missing"))))
        .extracting(Entry::key, Entry::modifyIndex)
        .element(1)
        .isEqualTo(tuple("missing", 0L));
    assertThat(failed(txn(op(Verb.CHECK_NOT_EXISTS, "a")))).containsExactly(0);
  }

  @Test
  void trees_are_read_and_deleted() {
    txn(set("p/1", "1"), set("p/2", "2"));
    assertThat(entries(txn(op(Verb.GET_TREE, "p/")))).hasSize(2);
    assertThat(entries(txn(op(Verb.GET_TREE, "nothing/")))).isEmpty();
    txn(op(Verb.DELETE_TREE, "p/"));
    assertThat(state.entries().keySet()).containsExactly("a");
  }

  @Test
  void a_transaction_that_writes_may_not_read_more_than_the_log_should_hold() {
    for (int i = 0; i < 3; i++) {
      write(KeyOp.Put.plain("big" + i, new byte[400_000], 0));
    }
    assertThat(txn(op(Verb.GET_TREE, "big"), set("a", "2")))
        .isInstanceOfSatisfying(
            Result.Refused.class, r -> assertThat(r.code()).isEqualTo("answer-too-large"));
    assertThat(entries(txn(op(Verb.GET_TREE, "big")))).hasSize(3);
    assertThat(state.entries().get("a").value()).isEqualTo("1".getBytes(UTF_8));
  }
}
