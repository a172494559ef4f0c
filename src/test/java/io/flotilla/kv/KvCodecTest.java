package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import io.flotilla.entity.Stored;
import java.io.UncheckedIOException;
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

  private static final KvCodec CODEC = KvCodec.INSTANCE;

  private static final Committed<Change> EVENT =
      new Committed<>(
          new Moment(300_000, WALL),
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
              new Change.SessionEnded(305, "s", Change.Reason.EXPIRED, 315_000),
              new Change.Released(306, "l")),
          List.of(new RequestRecord("r1", -5, 299_000, new Result.Done(true, 300))));

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

  private static final Committed<Change> TRANSACTIONS =
      new Committed<>(
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

  private static final String TRANSACTIONS_BYTES =
      "050501670102" + "0609020161010701020300" + "00016c0000040501050173" + "07090103026e6f0000";

  @Test
  void results_of_transactions_have_the_form_of_version_1() {
    assertThat(hex(CODEC.encode(TRANSACTIONS))).isEqualTo(TRANSACTIONS_BYTES);
    assertThat(CODEC.event(event(TRANSACTIONS_BYTES)))
        .usingRecursiveComparison()
        .isEqualTo(TRANSACTIONS);
  }

  @Test
  void a_session_of_exact_ttl_differs_from_others_in_one_bit() {
    Session exact =
        new Session("e", "", "", Session.Behavior.RELEASE, 1, "", true, 0, List.of(), List.of(), 0);
    Committed<Change> event =
        new Committed<>(
            new Moment(1, 1),
            "",
            0,
            List.of(),
            List.of(new Change.SessionCreated(2, exact)),
            List.of());
    String bytes = "0101000000" + "01050201650000020100" + "0000000000";
    assertThat(hex(CODEC.encode(event))).isEqualTo(bytes);
    assertThat(CODEC.event(event(bytes))).isEqualTo(event);
  }

  private static final String EVENT_BYTES =
      "80d095ffbc31e0a712026731070601ac020002ac02030163016d04af02af0205b00201730701"
          + "ac0204636cc3a90176ffffffffffffffffff01020002ad02016b03ae0202702f01af02016c00"
          + "0001af02017305b0020173016e016801904e0331307380acc7f037010a736572664865616c74"
          + "6801037765620006b102017301f89c1304b202016c01027231fbffffff0ff89f1201ac02";

  @Test
  void an_event_has_the_form_of_version_1() {
    assertThat(hex(CODEC.encode(EVENT))).isEqualTo(EVENT_BYTES);
    assertThat(CODEC.event(event(EVENT_BYTES))).usingRecursiveComparison().isEqualTo(EVENT);
  }

  @Test
  void a_checkpoint_holds_the_whole_state_and_equal_states_give_equal_bytes() {
    EntityState<KeySpaceState, Change> state = EntityState.of(KeySpaceState.empty());
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
    Stored stored = CODEC.encode(state);
    EntityState<KeySpaceState, Change> read = CODEC.checkpoint(stored);
    assertThat(hex(CODEC.encode(read))).isEqualTo(hex(stored));
    assertThat(read.logMillis()).isEqualTo(1_049);
    assertThat(read).usingRecursiveComparison().ignoringFields("checkpoint").isEqualTo(state);
  }

  private static final String CHECKPOINT_BYTES =
      "06010167020a07010301040505017304060605070174040808010a0101729bf5f7380501020a"
          + "0002016101090302020000016c0000060601060173020401620a016d09010173016e01680190"
          + "4e0331307380acc7f037010a736572664865616c74680103776562050206016c08016d019f75"
          + "016d000902f4030001610101d8040001620000000001d80403016201d80405017301d8040101"
          + "6c0101d80405017401d80401016d00000001017401d80406017401d80403016d";

  @Test
  void a_checkpoint_has_the_form_of_version_1() {
    EntityState<KeySpaceState, Change> empty = EntityState.of(KeySpaceState.empty());
    Decision d = Decision.on(empty, new Moment(5, 500));
    d.decide(new Op.Put("a", new byte[] {9}, 3, OptionalLong.empty(), 0, "r"));
    EntityState<KeySpaceState, Change> state = empty.apply(d.event("g", 1));
    d = Decision.on(state, new Moment(6, 600));
    d.decide(new Op.Put("b", new byte[0], 0, OptionalLong.empty(), 0, null));
    d.decide(new Op.Delete("b", OptionalLong.empty(), 0, null));
    d.decide(new Op.CreateSession(named("s"), null));
    d.decide(new Op.Acquire("l", new byte[0], 0, "s", null));
    d.decide(new Op.CreateSession(named("t"), null));
    d.decide(new Op.Acquire("m", new byte[0], 0, "t", null));
    d.decide(new Op.DestroySession("t", null));
    EntityState<KeySpaceState, Change> last = state.apply(d.event("g", 2));
    assertThat(hex(CODEC.encode(last))).isEqualTo(CHECKPOINT_BYTES);
    assertThat(CODEC.checkpoint(checkpoint(CHECKPOINT_BYTES)))
        .usingRecursiveComparison()
        .ignoringFields("checkpoint")
        .isEqualTo(last);
  }

  @Test
  void damaged_bytes_are_refused() {
    for (int length = 0; length < CHECKPOINT_BYTES.length(); length += 2) {
      Stored cut = checkpoint(CHECKPOINT_BYTES.substring(0, length));
      assertThatThrownBy(() -> CODEC.checkpoint(cut)).isInstanceOf(UncheckedIOException.class);
    }
    for (int length = 0; length < EVENT_BYTES.length(); length += 2) {
      Stored cut = event(EVENT_BYTES.substring(0, length));
      assertThatThrownBy(() -> CODEC.event(cut)).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void what_another_version_has_written_is_refused() {
    assertThatThrownBy(() -> CODEC.event(new Stored("kv-event-2", new byte[] {0})))
        .hasMessageContaining("another version of Flotilla");
  }

  private static String hex(Stored stored) {
    return HexFormat.of().formatHex(stored.bytes());
  }

  private static Stored event(String hex) {
    return new Stored("kv-event-1", HexFormat.of().parseHex(hex));
  }

  private static Stored checkpoint(String hex) {
    return new Stored("kv-checkpoint-1", HexFormat.of().parseHex(hex));
  }
}
