package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import io.flotilla.entity.Transit;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Messages between a gateway and a key space arrive unchanged on another node. */
class KvMessagesTest {
  private static final Transit TRANSIT = new Transit();

  private static final byte[] NONE = {};
  private static final Entry ENTRY = new Entry("k", NONE, -1, 2, 3, 1, "s", 3);
  private static final Session SESSION =
      new Session(
          "s",
          "",
          "n",
          Session.Behavior.DELETE,
          1,
          "1ms",
          true,
          0,
          List.of("c"),
          List.of("d"),
          List.of(),
          "",
          0);

  private static final List<Operation<?>> OPS =
      List.of(
          new Operation.News<>(new KeyOp.Get("k"), 5),
          new KeyOp.ListEntries("p"),
          new KeyOp.ListKeys("p", "/"),
          new SessionOp.Get("s"),
          new Operation.News<>(new SessionOp.ListAll(null), 7),
          new SessionOp.Renew("s"),
          new KeyOp.Changes("p", false, -1),
          Ops.once(new KeyOp.Put("k", NONE, 1, OptionalLong.of(0), 9), "id"),
          new KeyOp.Put("k", NONE, 1, OptionalLong.empty(), 0),
          new LockOp.Acquire("k", NONE, 0, "s"),
          new LockOp.Release("k", NONE, 0, "s"),
          new KeyOp.Delete("k", OptionalLong.empty(), 0),
          new KeyOp.DeleteTree("p"),
          new SessionOp.Create(SESSION, 0),
          new SessionOp.Destroy("s"),
          new SessionOp.FailCheck("c"),
          new SessionOp.FailCheckOn("n", "c"),
          new Txn(List.of(new TxnOp(TxnOp.Verb.SET, "k", NONE, 0, 0, ""))));

  private static final List<Result> RESULTS =
      List.of(
          new Result.Done(true, 2),
          new Result.Unchanged(2, Interest.key("a")),
          new Result.Refused("code", "message"),
          new KvResult.Entries(2, List.of(ENTRY)),
          new KvResult.Keys(2, List.of("k")),
          new KvResult.SessionList(2, List.of(SESSION)),
          new KvResult.Changes(2, true, List.of()),
          new KvResult.Acquired(true, 3, 3),
          new KvResult.SessionCreated(4, "s"),
          new KvResult.TxnResult(5, List.of(ENTRY), List.of(new KvResult.TxnError(0, "no"))));

  @AfterAll
  static void end() {
    TRANSIT.close();
  }

  @Test
  void every_operation_arrives() {
    List<Operation<?>> arrived = TRANSIT.operations(OPS);
    assertThat(arrived).usingRecursiveComparison().isEqualTo(OPS);
    assertThat(arrived.stream().map(Object::getClass).toList())
        .isEqualTo(OPS.stream().map(Object::getClass).toList());
    Set<Class<?>> all = Transit.records(KeyOp.class, LockOp.class, SessionOp.class);
    all.add(Txn.class);
    assertThat(Transit.kinds(OPS)).isEqualTo(all);
  }

  @Test
  void every_result_arrives() {
    for (Result result : RESULTS) {
      Result arrived = TRANSIT.result(result);
      assertThat(arrived).hasSameClassAs(result);
      assertThat(arrived).usingRecursiveComparison().isEqualTo(result);
    }
    assertThat(Transit.classes(RESULTS)).containsAll(Transit.permitted(KvResult.class));
  }

  @Test
  void what_is_said_of_watches_arrives() {
    List<Interest> interests =
        List.of(Interest.key("k"), Interest.prefix("p"), SessionOp.SESSIONS, Interest.EVERYTHING);
    for (Object message :
        List.of(
            new EntityActor.Forget(interests, TRANSIT.gateway()),
            new EntityActor.Ping(1, TRANSIT.gateway()),
            new EntityActor.StayAwake(),
            new Gateway.Changed(interests, 5),
            new Gateway.OtherIncarnation(6))) {
      assertThat(TRANSIT.travelled(message)).isEqualTo(message);
    }
  }

  @Test
  void a_message_that_is_no_operation_is_refused() {
    assertThatThrownBy(() -> renamed("registry.Address", new SessionOp.Get("s")))
        .hasMessageContaining("registry.Address where Operation belongs");
  }

  @Test
  void an_operation_of_a_later_version_arrives_as_unknown_and_those_with_it_as_they_are() {
    Operation<?> unknown = new Operation.Unknown("kv.SessionOp.Got");
    Operation<?> known = new KeyOp.DeleteTree("p");
    Operation<?> get = new SessionOp.Get("s");
    assertThat(renamed("kv.SessionOp.Got", get, known)).containsExactly(unknown, known);
    assertThat(renamed("kv.SessionOp.Got", known, Ops.news(new SessionOp.Get("s"), 5)))
        .containsExactly(known, Ops.news(new Operation.Unknown("kv.SessionOp.Got"), 5));
  }

  @Test
  void an_operation_with_a_part_of_a_later_version_arrives_as_unknown_too() {
    Operation<?> txn =
        new Txn(
            List.of(
                new TxnOp(TxnOp.Verb.GET, "k", NONE, 0, 0, ""),
                new TxnOp(TxnOp.Verb.DELETE_CAS, "k", NONE, 0, 0, ""),
                new TxnOp(TxnOp.Verb.SET, "k", NONE, 0, 0, "")));
    Operation<?> known = new KeyOp.DeleteTree("p");
    byte[] verb = {8, (byte) TxnOp.Verb.DELETE_CAS.ordinal()};
    assertThat(arrived(verb, new byte[] {8, 127}, known, txn, known))
        .containsExactly(known, new Operation.Unknown("kv.Txn"), known);
  }

  /** The operations as they arrive if a {@link SessionOp.Get} has an unknown name. */
  private static List<Operation<?>> renamed(String other, Operation<?>... ops) {
    return arrived("kv.SessionOp.Get".getBytes(UTF_8), other.getBytes(UTF_8), ops);
  }

  /** The operations as they arrive with some bytes changed. */
  private static List<Operation<?>> arrived(byte[] some, byte[] others, Operation<?>... ops) {
    EntityActor.Batch batch = TRANSIT.batch(List.of(ops));
    byte[] bytes = TRANSIT.bytes(batch);
    assertThat(others).hasSameSizeAs(some);
    System.arraycopy(others, 0, bytes, indexOf(bytes, some), some.length);
    return ((EntityActor.Batch) TRANSIT.read(bytes, batch)).ops();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }
}
