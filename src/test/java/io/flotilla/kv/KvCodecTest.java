package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is on somebody's disk must be readable for ever: these bytes are never to be changed. */
class KvCodecTest {
  private static final Session SESSION =
      new Session(
          "s",
          "n",
          "h",
          Session.Behavior.DELETE,
          10_000,
          "10s",
          false,
          15_000_000_000L,
          List.of("serfHealth"),
          List.of("web"),
          0);

  private static final Committed EVENT =
      new Committed(
          1_700_000_000_000L,
          "g1",
          7,
          Arrays.asList(
              new Result.Done(true, 300),
              null,
              new Result.Done(false, 300),
              new Result.Refused("c", "m"),
              new KvResult.Acquired(303, 303),
              new KvResult.SessionCreated(304, "s")),
          List.of(
              new Change.Stored(300, "clé", "v".getBytes(UTF_8), -1, 2, null, 0),
              new Change.Deleted(301, "k"),
              new Change.TreeDeleted(302, "p/"),
              new Change.Stored(303, "l", new byte[0], 0, 1, "s", 303),
              new Change.SessionCreated(304, SESSION),
              new Change.SessionEnded(305, "s", Change.Reason.EXPIRED, 1_700_000_015_000L),
              new Change.Released(306, "l")),
          List.of(new RequestRecord("r1", -5, 1_700_000_000_000L, new Result.Done(true, 300))));

  private static Session named(String id) {
    return new Session(
        id,
        SESSION.name(),
        SESSION.node(),
        SESSION.behavior(),
        SESSION.ttlMillis(),
        SESSION.ttl(),
        SESSION.exactTtl(),
        SESSION.lockDelayNanos(),
        SESSION.nodeChecks(),
        SESSION.serviceChecks(),
        0);
  }

  private static final Committed TRANSACTIONS =
      new Committed(
          5,
          "g",
          1,
          List.of(
              new KvResult.TxnDone(
                  9,
                  List.of(
                      new Entry("a", new byte[] {7}, 1, 2, 3, 0, null, 0),
                      new Entry("l", new byte[0], 0, 4, 5, 1, "s", 5))),
              new KvResult.TxnFailed(9, List.of(new KvResult.TxnError(3, "no")))),
          List.of(),
          List.of());

  private static final String TRANSACTIONS_V1 =
      "0501670102" + "0609020161010701020300" + "00016c0000040501050173" + "07090103026e6f0000";

  @Test
  void results_of_transactions_have_the_form_of_version_1() throws NotSerializableException {
    assertThat(HexFormat.of().formatHex(KvCodec.encode(TRANSACTIONS))).isEqualTo(TRANSACTIONS_V1);
    assertThat(KvCodec.decodeEvent(HexFormat.of().parseHex(TRANSACTIONS_V1)))
        .usingRecursiveComparison()
        .isEqualTo(TRANSACTIONS);
  }

  private static final String EVENT_V1 =
      "80d095ffbc310267310706"
          + "01ac020002ac02030163016d04af02af0205b0020173"
          + "0701ac0204636cc3a90176ffffffffffffffffff010200"
          + "02ad02016b03ae0202702f01af02016c000001af020173"
          + "05b0020173016e016801904e0331307380acc7f037010a736572664865616c74680103776562"
          + "0006b10201730198c596ffbc3104b202016c"
          + "01027231fbffffff0f80d095ffbc3101ac02";

  @Test
  void a_session_of_exact_ttl_differs_from_others_in_one_bit() throws NotSerializableException {
    Session exact =
        new Session("e", "", "", Session.Behavior.RELEASE, 1, "", true, 0, List.of(), List.of(), 0);
    Committed event =
        new Committed(1, "", 0, List.of(), List.of(new Change.SessionCreated(2, exact)), List.of());
    String bytes = "01000000" + "01050201650000020100" + "0000000000";
    assertThat(HexFormat.of().formatHex(KvCodec.encode(event))).isEqualTo(bytes);
    assertThat(KvCodec.decodeEvent(HexFormat.of().parseHex(bytes))).isEqualTo(event);
  }

  @Test
  void an_event_has_the_form_of_version_1() {
    assertThat(HexFormat.of().formatHex(KvCodec.encode(EVENT))).isEqualTo(EVENT_V1);
  }

  @Test
  void an_event_of_version_1_can_be_read() throws NotSerializableException {
    Committed read = KvCodec.decodeEvent(HexFormat.of().parseHex(EVENT_V1));
    assertThat(read).usingRecursiveComparison().isEqualTo(EVENT);
  }

  @Test
  void a_checkpoint_holds_the_whole_state_and_equal_states_give_equal_bytes()
      throws NotSerializableException {
    KeySpaceState state = KeySpaceState.empty();
    for (int i = 0; i < 50; i++) {
      Decision d = Decision.on(state, 1000 + i);
      d.decide(
          new Op.Put("k" + i % 7, ("v" + i).getBytes(UTF_8), i, OptionalLong.empty(), 0, "r" + i));
      d.decide(new Op.CreateSession(named("s" + i), null));
      d.decide(new Op.Acquire("l" + i % 11, new byte[0], 0, "s" + i, null));
      if (i % 3 == 0) {
        d.decide(new Op.DestroySession("s" + i, null));
      }
      if (i % 5 == 0) {
        d.decide(new Op.Delete("k" + i % 7, OptionalLong.empty(), 0, null));
      }
      state = state.apply(d.event("gateway-" + i % 3, i));
    }
    byte[] bytes = CheckpointCodec.encode(state);
    KeySpaceState read = CheckpointCodec.decode(bytes);
    assertThat(CheckpointCodec.encode(read)).isEqualTo(bytes);
    assertThat(read.index()).isEqualTo(state.index());
    assertThat(read.bytes()).isEqualTo(state.bytes());
    assertThat(read.tombstones().byKey()).isEqualTo(state.tombstones().byKey());
    assertThat(read.requests().byId()).isEqualTo(state.requests().byId());
    assertThat(read.sessions()).isEqualTo(state.sessions());
    assertThat(read.fences()).isEqualTo(state.fences());
    assertThat(read.lockDelays()).isEqualTo(state.lockDelays());
    assertThat(read.batches().byGateway().keySet()).isEqualTo(state.batches().byGateway().keySet());
  }

  @Test
  void a_checkpoint_has_the_form_of_version_1() {
    Decision d = Decision.on(KeySpaceState.empty(), 5);
    d.decide(new Op.Put("a", new byte[] {9}, 3, OptionalLong.empty(), 0, "r"));
    KeySpaceState state = KeySpaceState.empty().apply(d.event("g", 1));
    d = Decision.on(state, 6);
    d.decide(new Op.Put("b", new byte[0], 0, OptionalLong.empty(), 0, null));
    d.decide(new Op.Delete("b", OptionalLong.empty(), 0, null));
    d.decide(new Op.CreateSession(named("s"), null));
    d.decide(new Op.Acquire("l", new byte[0], 0, "s", null));
    d.decide(new Op.CreateSession(named("t"), null));
    d.decide(new Op.Acquire("m", new byte[0], 0, "t", null));
    d.decide(new Op.DestroySession("t", null));
    assertThat(HexFormat.of().formatHex(CheckpointCodec.encode(state.apply(d.event("g", 2)))))
        .isEqualTo(
            "0a0002016101090302020000016c0000060601060173020401620a016d01016702"
                + "0a07010301040505017304060605070174040808010a0101729bf5f7380501020901"
                + "0173016e016801904e0331307380acc7f037010a736572664865616c7468010377656205"
                + "0206016c08016d019e75016d");
  }

  @Test
  void damaged_bytes_are_refused() {
    byte[] bytes = HexFormat.of().parseHex(EVENT_V1);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> KvCodec.decodeEvent(cut))
          .isInstanceOf(NotSerializableException.class);
    }
  }
}
