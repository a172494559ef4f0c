package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.flotilla.entity.Moment;
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
  private static final long WALL = 1_700_000_000_000L;

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

  private static final Committed EVENT = event(new Moment(300_000, WALL), 299_000, 315_000);

  private static Committed event(Moment at, long requestMillis, long delayUntilMillis) {
    return new Committed(
        at,
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
            new Change.SessionEnded(305, "s", Change.Reason.EXPIRED, delayUntilMillis),
            new Change.Released(306, "l")),
        List.of(new RequestRecord("r1", -5, requestMillis, new Result.Done(true, 300))));
  }

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
          new Moment(5, 5),
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

  private static final String TRANSACTIONS_V2 =
      "050501670102" + "0609020161010701020300" + "00016c0000040501050173" + "07090103026e6f0000";

  @Test
  void results_of_transactions_have_the_form_of_version_2() throws NotSerializableException {
    assertThat(HexFormat.of().formatHex(KvCodec.encode(TRANSACTIONS))).isEqualTo(TRANSACTIONS_V2);
    assertThat(KvCodec.decodeEvent(HexFormat.of().parseHex(TRANSACTIONS_V2)))
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
        new Committed(
            new Moment(1, 1),
            "",
            0,
            List.of(),
            List.of(new Change.SessionCreated(2, exact)),
            List.of());
    String bytes = "0101000000" + "01050201650000020100" + "0000000000";
    assertThat(HexFormat.of().formatHex(KvCodec.encode(event))).isEqualTo(bytes);
    assertThat(KvCodec.decodeEvent(HexFormat.of().parseHex(bytes))).isEqualTo(event);
  }

  private static final String EVENT_V2 =
      "80d095ffbc31e0a712026731070601ac020002ac02030163016d04af02af0205b00201730701"
          + "ac0204636cc3a90176ffffffffffffffffff01020002ad02016b03ae0202702f01af02016c00"
          + "0001af02017305b0020173016e016801904e0331307380acc7f037010a736572664865616c74"
          + "6801037765620006b102017301f89c1304b202016c01027231fbffffff0ff89f1201ac02";

  @Test
  void an_event_has_the_form_of_version_2() throws NotSerializableException {
    assertThat(HexFormat.of().formatHex(KvCodec.encode(EVENT))).isEqualTo(EVENT_V2);
    assertThat(KvCodec.decodeEvent(HexFormat.of().parseHex(EVENT_V2)))
        .usingRecursiveComparison()
        .isEqualTo(EVENT);
  }

  @Test
  void what_was_dated_by_times_of_day_happened_at_the_beginning_and_delays_last_as_long()
      throws NotSerializableException {
    Committed read = KvCodec.decodeEventV1(HexFormat.of().parseHex(EVENT_V1));
    assertThat(read).usingRecursiveComparison().isEqualTo(event(new Moment(1, WALL), 1, 15_001));
  }

  @Test
  void a_checkpoint_holds_the_whole_state_and_equal_states_give_equal_bytes()
      throws NotSerializableException {
    KeySpaceState state = KeySpaceState.empty();
    for (int i = 0; i < 50; i++) {
      Decision d = Decision.on(state, new Moment(1000 + i, 5));
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
    assertThat(read.logMillis()).isEqualTo(state.logMillis()).isEqualTo(1_049);
    assertThat(read.bytes()).isEqualTo(state.bytes());
    assertThat(read.tombstones().byKey()).isEqualTo(state.tombstones().byKey());
    assertThat(read.requests().byId()).isEqualTo(state.requests().byId());
    assertThat(read.sessions()).isEqualTo(state.sessions());
    assertThat(read.fences()).isEqualTo(state.fences());
    assertThat(read.lockDelays()).isEqualTo(state.lockDelays());
    assertThat(read.batches().byGateway().keySet()).isEqualTo(state.batches().byGateway().keySet());
  }

  private static final String CHECKPOINT_V2 =
      "0a060002016101090302020000016c0000060601060173020401620a016d010167020a070103"
          + "01040505017304060605070174040808010a0101729bf5f73805010209010173016e01680190"
          + "4e0331307380acc7f037010a736572664865616c74680103776562050206016c08016d019f75"
          + "016d"
          // the history: of what nothing has changed since no value, of the rest its own
          + "000902f4030001610101d8040001620000000001d80403016201d80405017301d80401016c0101d8"
          + "0405017401d80401016d00000001017401d80406017401d80403016d";

  @Test
  void a_checkpoint_has_the_form_of_version_2() throws NotSerializableException {
    Decision d = Decision.on(KeySpaceState.empty(), new Moment(5, 500));
    d.decide(new Op.Put("a", new byte[] {9}, 3, OptionalLong.empty(), 0, "r"));
    KeySpaceState state = KeySpaceState.empty().apply(d.event("g", 1));
    d = Decision.on(state, new Moment(6, 600));
    d.decide(new Op.Put("b", new byte[0], 0, OptionalLong.empty(), 0, null));
    d.decide(new Op.Delete("b", OptionalLong.empty(), 0, null));
    d.decide(new Op.CreateSession(named("s"), null));
    d.decide(new Op.Acquire("l", new byte[0], 0, "s", null));
    d.decide(new Op.CreateSession(named("t"), null));
    d.decide(new Op.Acquire("m", new byte[0], 0, "t", null));
    d.decide(new Op.DestroySession("t", null));
    KeySpaceState last = state.apply(d.event("g", 2));
    assertThat(HexFormat.of().formatHex(CheckpointCodec.encode(last))).isEqualTo(CHECKPOINT_V2);
    assertThat(CheckpointCodec.decode(HexFormat.of().parseHex(CHECKPOINT_V2)).history())
        .usingRecursiveComparison()
        .isEqualTo(last.history());
  }

  /** The same, when times were times of day: 5 and 6 ms after midnight. */
  private static final String CHECKPOINT_V1 =
      "0a0002016101090302020000016c0000060601060173020401620a016d01016702"
          + "0a07010301040505017304060605070174040808010a0101729bf5f7380501020901"
          + "0173016e016801904e0331307380acc7f037010a736572664865616c7468010377656205"
          + "0206016c08016d019e75016d";

  @Test
  void in_a_checkpoint_dated_by_times_of_day_ids_and_delays_begin_anew()
      throws NotSerializableException {
    KeySpaceState read = CheckpointCodec.decodeV1(HexFormat.of().parseHex(CHECKPOINT_V1));
    assertThat(read.logMillis()).isEqualTo(1);
    assertThat(read.index()).isEqualTo(10);
    assertThat(read.history()).as("it had none").isEqualTo(History.from(10));
    assertThat(read.requests().get("r").logMillis()).isEqualTo(1);
    assertThat(read.lockDelays().byKey()).containsExactly(entry("m", 60_001L));
    assertThat(read.sessions().all()).extracting(Session::id).containsExactly("s");
  }

  @Test
  void damaged_bytes_are_refused() {
    byte[] checkpoint = HexFormat.of().parseHex(CHECKPOINT_V2);
    for (int length = 0; length < checkpoint.length; length++) {
      byte[] cut = Arrays.copyOf(checkpoint, length);
      assertThatThrownBy(() -> CheckpointCodec.decode(cut))
          .isInstanceOf(NotSerializableException.class);
    }
    byte[] bytes = HexFormat.of().parseHex(EVENT_V2);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> KvCodec.decodeEvent(cut))
          .isInstanceOf(NotSerializableException.class);
    }
  }
}
