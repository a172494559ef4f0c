package io.flotilla.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Ops;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import io.flotilla.entity.StoredForm;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Data on users' disks must stay readable for ever: never change these bytes. */
class KvStoredFormTest {
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
          List.of(),
          "",
          0);

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
              new KvResult.Acquired(true, 303, 303),
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
        List.of(),
        "",
        0);
  }

  private static final Committed<Change> TRANSACTIONS =
      new Committed<>(
          new Moment(5, 5),
          "g",
          1,
          List.of(
              new KvResult.TxnResult(
                  9,
                  List.of(
                      new Entry("a", new byte[] {7}, 1, 2, 3, 0, null, 0),
                      new Entry("l", new byte[0], 0, 4, 5, 1, "s", 5)),
                  List.of()),
              new KvResult.TxnResult(9, List.of(), List.of(new KvResult.TxnError(3, "no")))),
          List.of(),
          List.of());

  private static final String TRANSACTIONS_BYTES =
      "0a0408051005120167180122390a156b762e4b76526573756c742e54786e526573756c741220"
          + "0809120c0a0161120107180120022803120e0a016c2004280530013a0173400522230a156b76"
          + "2e4b76526573756c742e54786e526573756c74120a08091a06080312026e6f";

  @Test
  void results_of_transactions_have_these_bytes() {
    assertThat(hex(TRANSACTIONS)).isEqualTo(TRANSACTIONS_BYTES);
    assertThat(event(TRANSACTIONS_BYTES)).usingRecursiveComparison().isEqualTo(TRANSACTIONS);
  }

  private static final String EVENT_BYTES =
      "0a0b08e0a7121080d095ffbc31120267311807221b0a12656e746974792e526573756c742e44"
          + "6f6e651205080110ac02220022190a12656e746974792e526573756c742e446f6e65120310ac"
          + "02221f0a15656e746974792e526573756c742e5265667573656412060a016312016d22200a14"
          + "6b762e4b76526573756c742e41637175697265641208080110af0218af0222240a1a6b762e4b"
          + "76526573756c742e53657373696f6e43726561746564120608b0021201732a2d0a106b762e43"
          + "68616e67652e53746f726564121908ac021204636cc3a91a017620ffffffffffffffffff0128"
          + "022a1b0a116b762e4368616e67652e44656c65746564120608ad0212016b2a200a156b762e43"
          + "68616e67652e5472656544656c65746564120708ae021202702f2a220a106b762e4368616e67"
          + "652e53746f726564120e08af0212016c280132017338af022a4b0a186b762e4368616e67652e"
          + "53657373696f6e43726561746564122f08b002122a0a017312016e1a0168200128904e320331"
          + "30734080acc7f0374a0a736572664865616c746852037765622a260a166b762e4368616e6765"
          + "2e53657373696f6e456e646564120c08b102120173180120f89c132a1c0a126b762e4368616e"
          + "67652e52656c6561736564120608b20212016c322a0a02723115fbffffff18f89f12221b0a12"
          + "656e746974792e526573756c742e446f6e651205080110ac02";

  @Test
  void an_event_has_these_bytes() {
    assertThat(hex(EVENT)).isEqualTo(EVENT_BYTES);
    assertThat(event(EVENT_BYTES)).usingRecursiveComparison().isEqualTo(EVENT);
  }

  @Test
  void a_checkpoint_holds_the_whole_state_and_equal_states_give_equal_bytes() {
    EntityState<KeySpaceState, Change> state = EntityState.of(KeySpaceState.empty());
    for (int i = 0; i < 50; i++) {
      KeySpaceDraft d = new KeySpaceDraft(state, new Moment(1000 + i, 5));
      d.decide(
          Ops.once(
              new KeyOp.Put("k" + i % 7, ("v" + i).getBytes(UTF_8), i, OptionalLong.empty(), 0),
              "r" + i));
      d.decide(new SessionOp.Create(named("s" + i), 0));
      d.decide(new LockOp.Acquire("l" + i % 11, new byte[0], 0, "s" + i));
      if (i % 3 == 0) {
        d.decide(new SessionOp.Destroy("s" + i));
      }
      if (i % 5 == 0) {
        d.decide(new KeyOp.Delete("k" + i % 7, OptionalLong.empty(), 0));
      }
      state = state.apply(d.event("gateway-" + i % 3, i));
    }
    byte[] stored = StoredForm.bytes(state);
    EntityState<KeySpaceState, Change> read = StoredForm.read(KeySpaceState.empty(), stored);
    assertThat(StoredForm.bytes(read)).isEqualTo(stored);
    assertThat(read.logMillis()).isEqualTo(1_049);
    assertThat(read).usingRecursiveComparison().ignoringFields("written").isEqualTo(state);
  }

  private static final String CHECKPOINT_BYTES =
      "170a11656e746974792e456e74697479506172741202080680020a11656e746974792e456e74"
          + "6974795061727412ea01080612e5010a01671002180a221a0a12656e746974792e526573756c"
          + "742e446f6e65120408011003221a0a12656e746974792e526573756c742e446f6e6512040801"
          + "100422230a1a6b762e4b76526573756c742e53657373696f6e43726561746564120508051201"
          + "73221e0a146b762e4b76526573756c742e4163717569726564120608011006180622230a1a6b"
          + "762e4b76526573756c742e53657373696f6e4372656174656412050807120174221e0a146b76"
          + "2e4b76526573756c742e41637175697265641206080110081808221a0a12656e746974792e52"
          + "6573756c742e446f6e6512040801100a3f0a11656e746974792e456e7469747950617274122a"
          + "08061a260a017215cb8757001805221a0a12656e746974792e526573756c742e446f6e651204"
          + "08011002350a0f6b762e4b65795370616365506172741222080a18092a0c0a01611201091803"
          + "200228022a0e0a016c2006280630013a01734006250a0f6b762e4b6579537061636550617274"
          + "1212080a1809320508041201623205080a12016d450a0f6b762e4b6579537061636550617274"
          + "1232080a18093a2c0a017312016e1a0168200128904e32033130734080acc7f0374a0a736572"
          + "664865616c746852037765625805250a0f6b762e4b65795370616365506172741212080a1809"
          + "4205080612016c4205080812016d1f0a0f6b762e4b6579537061636550617274120c080a1809"
          + "4a06089f7512016d82010a0f6b762e4b6579537061636550617274126f080a18095208080210"
          + "f4032201615208080310d804220162520a080410d8041803220162520a080510d80418053a01"
          + "73520a080610d804180122016c520a080710d80418053a0174520d080810d804180122016d3a"
          + "0174520a080910d80418063a0174520a080a10d804180322016d170a0f6b762e4b6579537061"
          + "6365506172741204080a1809";

  @Test
  void a_checkpoint_has_these_bytes() {
    EntityState<KeySpaceState, Change> empty = EntityState.of(KeySpaceState.empty());
    KeySpaceDraft d = new KeySpaceDraft(empty, new Moment(5, 500));
    d.decide(Ops.once(new KeyOp.Put("a", new byte[] {9}, 3, OptionalLong.empty(), 0), "r"));
    EntityState<KeySpaceState, Change> state = empty.apply(d.event("g", 1));
    d = new KeySpaceDraft(state, new Moment(6, 600));
    d.decide(new KeyOp.Put("b", new byte[0], 0, OptionalLong.empty(), 0));
    d.decide(new KeyOp.Delete("b", OptionalLong.empty(), 0));
    d.decide(new SessionOp.Create(named("s"), 0));
    d.decide(new LockOp.Acquire("l", new byte[0], 0, "s"));
    d.decide(new SessionOp.Create(named("t"), 0));
    d.decide(new LockOp.Acquire("m", new byte[0], 0, "t"));
    d.decide(new SessionOp.Destroy("t"));
    EntityState<KeySpaceState, Change> last = state.apply(d.event("g", 2));
    assertThat(HexFormat.of().formatHex(StoredForm.bytes(last))).isEqualTo(CHECKPOINT_BYTES);
    assertThat(checkpoint(CHECKPOINT_BYTES))
        .usingRecursiveComparison()
        .ignoringFields("written")
        .isEqualTo(last);
  }

  @Test
  void a_checkpoint_that_ends_within_a_part_is_refused() {
    int between = 0;
    for (int length = 0; length < CHECKPOINT_BYTES.length(); length += 2) {
      try {
        checkpoint(CHECKPOINT_BYTES.substring(0, length));
        between++;
      } catch (UnreadableException e) {
        // As it should be.
      }
    }
    AtomicInteger parts = new AtomicInteger();
    new Parts(HexFormat.of().parseHex(CHECKPOINT_BYTES)).read(part -> parts.incrementAndGet());
    assertThat(between).isEqualTo(parts.get());
  }

  @Test
  void a_large_state_is_stored_in_parts_of_moderate_size() {
    EntityState<KeySpaceState, Change> state = EntityState.of(KeySpaceState.empty());
    for (int i = 0; i < 3_000; i++) {
      KeySpaceDraft d = new KeySpaceDraft(state, new Moment(1, 1));
      d.decide(KeyOp.Put.plain("k" + i, new byte[i % 100 == 0 ? 100_000 : 10], 0));
      state = state.apply(d.event("g", i));
    }
    byte[] stored = StoredForm.bytes(state);
    List<Integer> sizes = new ArrayList<>();
    new Parts(stored).read(part -> sizes.add(Wire.PLAIN.write(part).length));
    assertThat(sizes).hasSizeBetween(12, 50).allMatch(size -> size < 400_000);
    KeySpaceState read = StoredForm.read(KeySpaceState.empty(), stored).model();
    assertThat(read.entries().keySet()).isEqualTo(state.model().entries().keySet());
    assertThat(read.bytes()).isEqualTo(state.model().bytes());
    assertThat(read.history().bytes()).isEqualTo(state.model().history().bytes());
    assertThat(StoredForm.bytes(StoredForm.read(KeySpaceState.empty(), stored))).isEqualTo(stored);
  }

  private static String hex(Committed<Change> event) {
    return HexFormat.of().formatHex(Wire.PLAIN.write(event));
  }

  private static Committed<?> event(String hex) {
    return Wire.PLAIN.read(Committed.class, HexFormat.of().parseHex(hex));
  }

  private static EntityState<KeySpaceState, Change> checkpoint(String hex) {
    return StoredForm.read(KeySpaceState.empty(), HexFormat.of().parseHex(hex));
  }
}
