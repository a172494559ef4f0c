package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a gateway and a key space say to each other arrives on another node as it was said. */
class KvMessagesTest {
  private static final Wire WIRE = new Wire();

  private static final byte[] NONE = {};
  private static final Entry ENTRY = new Entry("k", NONE, -1, 2, 3, 1, "s", 3);
  private static final Session SESSION =
      new Session(
          "s", "", "n", Session.Behavior.DELETE, 1, "1ms", true, 0, List.of("c"), List.of("d"), 0);

  private static final List<Operation> OPS =
      List.of(
          new Op.Get("k", 5),
          new Op.ListEntries("p", 0),
          new Op.ListKeys("p", "/", 0),
          new Op.GetSession("s", 0),
          new Op.ListSessions(null, 7),
          new Op.RenewSession("s"),
          new Op.Changes("p", false, -1, 0),
          new Op.Put("k", NONE, 1, OptionalLong.of(0), 9, "id"),
          new Op.Put("k", NONE, 1, OptionalLong.empty(), 0, null),
          new Op.Acquire("k", NONE, 0, "s", null),
          new Op.Release("k", NONE, 0, "s", null),
          new Op.Delete("k", OptionalLong.empty(), 0, null),
          new Op.DeleteTree("p", null),
          new Op.CreateSession(SESSION, null),
          new Op.DestroySession("s", null),
          new Op.FailCheck("c", null),
          new Op.Txn(List.of(new TxnOp(TxnOp.Verb.SET, "k", NONE, 0, 0, null)), null));

  private static final List<Result> RESULTS =
      List.of(
          new Result.Done(true, 2),
          new Result.Unchanged(2, Interest.key("a")),
          new Result.Refused("code", "message"),
          new KvResult.Entries(2, List.of(ENTRY)),
          new KvResult.Keys(2, List.of("k")),
          new KvResult.SessionList(2, List.of(SESSION)),
          new KvResult.Changes(2, true, List.of()),
          new KvResult.Acquired(3, 3),
          new KvResult.SessionCreated(4, "s"),
          new KvResult.TxnDone(5, List.of(ENTRY)),
          new KvResult.TxnFailed(5, List.of(new KvResult.TxnError(0, "no"))));

  @AfterAll
  static void end() {
    WIRE.close();
  }

  @Test
  void every_operation_arrives() {
    List<Operation> arrived = WIRE.operations(OPS);
    assertThat(arrived).usingRecursiveComparison().isEqualTo(OPS);
    assertThat(arrived.stream().map(Object::getClass).toList())
        .isEqualTo(OPS.stream().map(Object::getClass).toList());
    assertThat(Wire.classes(OPS)).isEqualTo(Wire.permitted(Op.Read.class, Op.Write.class));
  }

  @Test
  void every_result_arrives() {
    for (Result result : RESULTS) {
      Result arrived = WIRE.result(result);
      assertThat(arrived).hasSameClassAs(result);
      assertThat(arrived).usingRecursiveComparison().isEqualTo(result);
    }
    assertThat(Wire.classes(RESULTS)).containsAll(Wire.permitted(KvResult.class));
  }

  @Test
  void what_is_said_of_watches_arrives() {
    List<Interest> interests =
        List.of(Interest.key("k"), Interest.prefix("p"), Op.SESSIONS, Interest.EVERYTHING);
    for (Object message :
        List.of(
            new EntityActor.Forget(interests, WIRE.gateway()),
            new EntityActor.Ping(1, WIRE.gateway()),
            EntityActor.StayAwake.INSTANCE,
            new Gateway.Changed(interests, 5),
            new Gateway.OtherIncarnation(6))) {
      assertThat(WIRE.travelled(message)).isEqualTo(message);
    }
  }

  @Test
  void a_class_that_is_no_operation_is_refused() {
    byte[] bytes = WIRE.bytes(WIRE.batch(List.of(new Op.GetSession("s", 0))));
    byte[] name = "kv.Op$GetSession".getBytes(StandardCharsets.UTF_8);
    byte[] other = "kv.KeyValueStore".getBytes(StandardCharsets.UTF_8);
    int at = indexOf(bytes, name);
    System.arraycopy(other, 0, bytes, at, other.length);
    assertThatThrownBy(() -> WIRE.read(bytes, WIRE.batch(List.of())))
        .hasMessageContaining("Not a subtype");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }
}
