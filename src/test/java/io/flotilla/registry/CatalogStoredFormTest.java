package io.flotilla.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Ops;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import io.flotilla.entity.StoredForm;
import io.flotilla.wire.Wire;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Data on users' disks must stay readable for ever: never change these bytes. */
class CatalogStoredFormTest {
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
                          true,
                          false),
                      new Stamp(4, 0),
                      "")),
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
              new CatalogChange.NodeGone(305, "n", false),
              new CatalogChange.EventFired(
                  306, new UserEvent("id", "e", new byte[] {7}, "", "s", "t", 1)),
              new CatalogChange.EventFired(307, new UserEvent("id", "e", null, "", "", "", 2))),
          List.of(new RequestRecord("r1", -5, 299_000, new Result.Done(true, 300))));

  private static final String EVENT_BYTES =
      "0a0b08e0a7121080d095ffbc31120267311807221b0a12656e746974792e526573756c742e44"
          + "6f6e651205080110ac022200221f0a15656e746974792e526573756c742e5265667573656412"
          + "060a016312016d2a460a1e72656769737472792e436174616c6f674368616e67652e4e6f6465"
          + "507574122408ac02121f0a016e1201751a016122080a036c616e12016c2a060a016b12017630"
          + "013a002a660a2172656769737472792e436174616c6f674368616e67652e5365727669636550"
          + "7574124108ad02123c0a060a016e120169122e0a04636cc3a91201741a016120502a0c0a0377"
          + "616e12050a0177105132060a016b1201763a0408011002400148011a0208042a8a010a1f7265"
          + "6769737472792e436174616c6f674368616e67652e436865636b507574126708ae0212620a06"
          + "0a016e12016312420a046e616d651204687474701a026e6f2201692a2b1209687474703a2f2f"
          + "782f1a0347455422080a016812030a01762a0162300140904e48882750025803605a30011a0b"
          + "080212036f757418f89f1220ae022a04080510062a2f0a2072656769737472792e436174616c"
          + "6f674368616e67652e436865636b476f6e65120b08af0212060a016e1201632a310a22726567"
          + "69737472792e436174616c6f674368616e67652e53657276696365476f6e65120b08b0021206"
          + "0a016e1201692a290a1f72656769737472792e436174616c6f674368616e67652e4e6f646547"
          + "6f6e65120608b10212016e2a3c0a2172656769737472792e436174616c6f674368616e67652e"
          + "4576656e744669726564121708b20212120a0269641201651a01072a017332017438012a330a"
          + "2172656769737472792e436174616c6f674368616e67652e4576656e744669726564120e08b3"
          + "0212090a0269641201653802322a0a02723115fbffffff18f89f12221b0a12656e746974792e"
          + "526573756c742e446f6e651205080110ac02";

  @Test
  void an_event_has_these_bytes() {
    assertThat(HexFormat.of().formatHex(Wire.PLAIN.write(EVENT))).isEqualTo(EVENT_BYTES);
    Committed<?> read = Wire.PLAIN.read(Committed.class, HexFormat.of().parseHex(EVENT_BYTES));
    assertThat(read).usingRecursiveComparison().isEqualTo(EVENT);
  }

  private static EntityState<CatalogState, CatalogChange> state() {
    CatalogFixture catalog = new CatalogFixture();
    catalog.write(new MemberOp.Put(CatalogFixture.N1));
    catalog.write(CatalogFixture.checked(CatalogFixture.N1, "w", "web"));
    catalog.write(Ops.once(new AgentOp.DeregisterService("w", "n1"), "r1"));
    catalog.write(new FireEvent(new UserEvent("id", "e", new byte[] {7}, "", "", "", 0)));
    return catalog.whole;
  }

  private static final String CHECKPOINT_BYTES =
      "180a11656e746974792e456e7469747950617274120308e8073e0a11656e746974792e456e74"
          + "69747950617274122908e80712240a016710e8071809221a0a12656e746974792e526573756c"
          + "742e446f6e65120408011009420a11656e746974792e456e7469747950617274122d08e8071a"
          + "280a02723115657fc8fc18e807221a0a12656e746974792e526573756c742e446f6e65120408"
          + "011008c6010a1472656769737472792e436174616c6f675061727412ad010809180122a6010a"
          + "026e31122463383235363165632d323135612d336533312d383037632d656564663362336264"
          + "3235651a0831302e302e302e31220f0a036c616e120831302e302e302e3122140a086c616e5f"
          + "69707634120831302e302e302e31220f0a0377616e120831302e302e302e3122140a0877616e"
          + "5f69707634120831302e302e302e312a1a0a16636f6e73756c2d6e6574776f726b2d7365676d"
          + "656e74120030013a04080210024f0a1472656769737472792e436174616c6f67506172741237"
          + "080918012a310a0c0a026e311206636f6e73756c121b0a06636f6e73756c1a0831302e302e30"
          + "2e3120b4423a04080110011a0408041004710a1472656769737472792e436174616c6f675061"
          + "727412590809180132530a100a026e31120a736572664865616c7468121a0a12536572662048"
          + "65616c7468205374617475732a04500158011a1b12194167656e7420616c69766520616e6420"
          + "726561636861626c6520032a04080310039c010a1472656769737472792e436174616c6f6750"
          + "617274128301080918013a0b080812076167656e742f773a0a08071206636865636b733a0a08"
          + "0912066576656e74733a0d08081209696e7374616e6365733a0b080812076e6f64652f6e313a"
          + "09080212056e6f6465733a120804120e736572766963652f636f6e73756c3a0f0808120b7365"
          + "72766963652f7765623a0c0808120873657276696365733a0a1472656769737472792e436174"
          + "616c6f6750617274122208091801420f0808120b736572766963652f776562420b0808120761"
          + "67656e742f774c0a1472656769737472792e436174616c6f67506172741234080918014a2e0a"
          + "2462383062623737342d303238382d336461312d623830622d62373734303238383364613812"
          + "01651a010738011c0a1472656769737472792e436174616c6f6750617274120408091801";

  @Test
  void a_checkpoint_has_these_bytes() {
    assertThat(hex(state())).isEqualTo(CHECKPOINT_BYTES);
    EntityState<CatalogState, CatalogChange> read =
        StoredForm.read(CatalogState.empty(), HexFormat.of().parseHex(CHECKPOINT_BYTES));
    assertThat(hex(read)).isEqualTo(CHECKPOINT_BYTES);
    assertThat(read).usingRecursiveComparison().ignoringFields("written").isEqualTo(state());
  }

  private static String hex(EntityState<CatalogState, CatalogChange> state) {
    return HexFormat.of().formatHex(StoredForm.bytes(state));
  }

  @Test
  void checks_without_a_definition_share_one() {
    Check check = CatalogFixture.externalCheck("n", "c", "", Status.PASSING);
    Check read = Wire.PLAIN.read(Check.class, Wire.PLAIN.write(check));
    assertThat(read.definition()).isSameAs(CheckDefinition.NONE);
  }
}
