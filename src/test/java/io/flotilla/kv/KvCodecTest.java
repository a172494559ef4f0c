package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.Committed.RequestRecord;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is on somebody's disk must be readable for ever: these bytes are never to be changed. */
class KvCodecTest {
  private static final Committed EVENT =
      new Committed(
          1_700_000_000_000L,
          "g1",
          7,
          Arrays.asList(
              new Result.Done(true, 300),
              null,
              new Result.Done(false, 300),
              new Result.Refused("c", "m")),
          List.of(
              new Change.Stored(300, "clé", "v".getBytes(UTF_8), -1, 2),
              new Change.Deleted(301, "k"),
              new Change.TreeDeleted(302, "p/")),
          List.of(new RequestRecord("r1", -5, 1_700_000_000_000L, new Result.Done(true, 300))));

  private static final String EVENT_V1 =
      "80d095ffbc3102673107040"
          + "1ac020002ac020301630"
          + "16d0301ac0204636cc3a9017"
          + "6ffffffffffffffffff010202ad02016b03ae0202702f01"
          + "027231fbffffff0f80d095ffbc3101ac02";

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
          new Op.Put("k" + i % 7, ("v" + i).getBytes(UTF_8), i, OptionalLong.empty(), "r" + i));
      if (i % 5 == 0) {
        d.decide(new Op.Delete("k" + i % 7, OptionalLong.empty(), null));
      }
      state = state.apply(d.event("gateway-" + i % 3, i));
    }
    byte[] bytes = KvCodec.encode(state);
    KeySpaceState read = KvCodec.decodeState(bytes);
    assertThat(KvCodec.encode(read)).isEqualTo(bytes);
    assertThat(read.index()).isEqualTo(state.index());
    assertThat(read.bytes()).isEqualTo(state.bytes());
    assertThat(read.tombstones()).isEqualTo(state.tombstones());
    assertThat(read.requests()).isEqualTo(state.requests());
    assertThat(read.batches().keySet()).isEqualTo(state.batches().keySet());
  }

  @Test
  void a_checkpoint_has_the_form_of_version_1() {
    Decision d = Decision.on(KeySpaceState.empty(), 5);
    d.decide(new Op.Put("a", new byte[] {9}, 3, OptionalLong.empty(), "r"));
    KeySpaceState state = KeySpaceState.empty().apply(d.event("g", 1));
    d = Decision.on(state, 6);
    d.decide(new Op.Put("b", new byte[0], 0, OptionalLong.empty(), null));
    d.decide(new Op.Delete("b", OptionalLong.empty(), null));
    assertThat(HexFormat.of().formatHex(KvCodec.encode(state.apply(d.event("g", 2)))))
        .isEqualTo("0400010161010903020200010401620101670204020103010401017283ddb201050102");
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
