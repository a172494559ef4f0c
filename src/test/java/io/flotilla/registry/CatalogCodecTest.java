package io.flotilla.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Ops;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import io.flotilla.entity.Stored;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is on somebody's disk must be readable for ever: these bytes are never to be changed. */
class CatalogCodecTest {
  private static final CheckDefinition DEFINITION =
      new CheckDefinition(
          0,
          "http://x/",
          "GET",
          Map.of("h", new CheckDefinition.Values(List.of("v"))),
          "b",
          true,
          "",
          10_000,
          5_000,
          2,
          3,
          90);

  private static final long WALL = 1_700_000_000_000L;

  private static final CatalogCodec CODEC = CatalogCodec.INSTANCE;

  private static final Committed<CatalogChange> EVENT =
      new Committed<>(
          new Moment(300_000, WALL),
          "g1",
          7,
          Arrays.asList(new Result.Done(true, 300), null, new Result.Refused("c", "m")),
          List.of(
              new CatalogChange.NodePut(
                  300,
                  new Node("n", "u", "a", Map.of("lan", "l"), Map.of("k", "v"), true, Stamp.NONE)),
              new CatalogChange.ServicePut(
                  301,
                  new Service(
                      new Key("n", "i"),
                      new ServiceRegistration(
                          "clé",
                          List.of("t"),
                          "a",
                          80,
                          Map.of("wan", new Address("w", 81)),
                          Map.of("k", "v"),
                          new Weights(1, 2),
                          true,
                          true),
                      new Stamp(4, 0))),
              new CatalogChange.CheckPut(
                  302,
                  new Check(
                      new Key("n", "c"),
                      new CheckRegistration("name", "http", "no", "i", DEFINITION, true),
                      new Standing(Status.CRITICAL, "out", 299_000),
                      302,
                      new Stamp(5, 6))),
              new CatalogChange.CheckGone(303, new Key("n", "c")),
              new CatalogChange.ServiceGone(304, new Key("n", "i")),
              new CatalogChange.NodeGone(305, "n"),
              new CatalogChange.EventFired(
                  306, new UserEvent("id", "e", new byte[] {7}, "", "s", "t", 1)),
              new CatalogChange.EventFired(307, new UserEvent("id", "e", null, "", "", "", 2))),
          List.of(new RequestRecord("r1", -5, 299_000, new Result.Done(true, 300))));

  private static final String EVENT_BYTES =
      "80d095ffbc31e0a712026731070301ac0200030163016d0801ac02016e0175016101036c616e"
          + "016c01016b017601000003ad02016e016904636cc3a9010174016150010377616e0177510101"
          + "6b017601020101040005ae02016e0163046e616d65046874747002026e6f036f757401690009"
          + "687474703a2f2f782f0347455401016801017601620100904e882702035a01ae02f89f120506"
          + "06af02016e016304b002016e016902b102016e07b202026964016501010700017301740107b3"
          + "020269640165000000000201027231fbffffff0ff89f1201ac02";

  @Test
  void an_event_has_the_form_of_version_1() {
    assertThat(hex(CODEC.encode(EVENT))).isEqualTo(EVENT_BYTES);
    assertThat(CODEC.event(event(EVENT_BYTES))).usingRecursiveComparison().isEqualTo(EVENT);
  }

  private static EntityState<CatalogState, CatalogChange> state() {
    CatalogFixture catalog = new CatalogFixture();
    catalog.write(new MemberOp.Put(CatalogFixture.N1));
    catalog.write(CatalogFixture.checked(CatalogFixture.N1, "w", "web"));
    catalog.write(Ops.once(new AgentOp.DeregisterService("w"), "r1"));
    catalog.write(new FireEvent(new UserEvent("id", "e", new byte[] {7}, "", "", "", 0)));
    return catalog.whole;
  }

  private static final String CHECKPOINT_BYTES =
      "e807010167e8070a01010a01027231e5fea1e60fe80701090a01026e31000831302e302e302e"
          + "3102036c616e0831302e302e302e310377616e0831302e302e302e310001020202026e310663"
          + "6f6e73756c06636f6e73756c000831302e302e302e31b4420000010100000404026e3108666c"
          + "6f74696c6c6108666c6f74696c6c61000831302e302e302e31b442000001010000050501026e"
          + "310a736572664865616c74681253657266204865616c74682053746174757300000019416765"
          + "6e7420616c69766520616e6420726561636861626c6500000000000000000000010100000300"
          + "03030a076167656e742f770906636865636b7308066576656e74730a09696e7374616e636573"
          + "09076e6f64652f6e3109056e6f646573020e736572766963652f636f6e73756c041073657276"
          + "6963652f666c6f74696c6c61050b736572766963652f77656209087365727669636573090209"
          + "0b736572766963652f77656209076167656e742f77000101026964016501010700000001";

  @Test
  void a_checkpoint_has_the_form_of_version_1() {
    assertThat(hex(CODEC.encode(state()))).isEqualTo(CHECKPOINT_BYTES);
    EntityState<CatalogState, CatalogChange> read =
        CODEC.checkpoint(
            new Stored("catalog-checkpoint-1", HexFormat.of().parseHex(CHECKPOINT_BYTES)));
    assertThat(hex(CODEC.encode(read))).isEqualTo(CHECKPOINT_BYTES);
    assertThat(read).usingRecursiveComparison().ignoringFields("checkpoint").isEqualTo(state());
  }

  @Test
  void bytes_that_end_too_soon_are_refused() {
    for (int length = 0; length < EVENT_BYTES.length(); length += 2) {
      Stored torn = event(EVENT_BYTES.substring(0, length));
      assertThatThrownBy(() -> CODEC.event(torn)).isInstanceOf(UncheckedIOException.class);
    }
  }

  private static String hex(Stored stored) {
    return HexFormat.of().formatHex(stored.bytes());
  }

  private static Stored event(String hex) {
    return new Stored("catalog-event-1", HexFormat.of().parseHex(hex));
  }
}
