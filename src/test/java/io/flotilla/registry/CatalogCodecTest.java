package io.flotilla.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.Moment;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is on somebody's disk must be readable for ever: these bytes are never to be changed. */
class CatalogCodecTest {
  private static final CheckDefinition DEFINITION =
      new CheckDefinition(
          0, "http://x/", "GET", Map.of("h", List.of("v")), "b", true, "", 10_000, 5_000, 2, 3, 90);

  private static final long WALL = 1_700_000_000_000L;

  private static final CatalogEvent EVENT = event(new Moment(300_000, WALL), 299_000);

  private static CatalogEvent event(Moment at, long millis) {
    return new CatalogEvent(
        at,
        "g1",
        7,
        Arrays.asList(new Result.Done(true, 300), null, new Result.Refused("c", "m")),
        List.of(
            new CatalogChange.NodePut(
                300, new Node("n", "u", "a", Map.of("lan", "l"), Map.of("k", "v"), true, 0, 0)),
            new CatalogChange.ServicePut(
                301,
                new Service(
                    "n",
                    "i",
                    "clé",
                    List.of("t"),
                    "a",
                    80,
                    Map.of("wan", new Address("w", 81)),
                    Map.of("k", "v"),
                    1,
                    2,
                    true,
                    true,
                    4,
                    0)),
            new CatalogChange.CheckPut(
                302,
                new Check(
                    "n",
                    "c",
                    "name",
                    "http",
                    Status.CRITICAL,
                    "no",
                    "out",
                    "i",
                    "",
                    List.of(),
                    DEFINITION,
                    true,
                    302,
                    millis,
                    5,
                    6)),
            new CatalogChange.CheckGone(303, new Key("n", "c")),
            new CatalogChange.ServiceGone(304, new Key("n", "i")),
            new CatalogChange.NodeGone(305, "n"),
            new CatalogChange.EventFired(
                306, new UserEvent("id", "e", new byte[] {7}, "", "s", "t", 1)),
            new CatalogChange.EventFired(307, new UserEvent("id", "e", null, "", "", "", 2))),
        List.of(new RequestRecord("r1", -5, millis, new Result.Done(true, 300))));
  }

  private static final String EVENT_V1 =
      "80d095ffbc31026731070301ac0200030163016d0801ac02016e0175016101036c616e016c01016b"
          + "017601000003ad02016e016904636cc3a9010174016150010377616e01775101016b017601020101"
          + "040005ae02016e0163046e616d65046874747002026e6f036f757401690009687474703a2f2f782f"
          + "0347455401016801017601620100904e882702035a01ae0280d095ffbc31050606af02016e016304"
          + "b002016e016902b102016e07b202026964016501010700017301740107b302026964016500000000"
          + "0201027231fbffffff0f80d095ffbc3101ac02";

  private static final String EVENT_V2 =
      "80d095ffbc31e0a712026731070301ac0200030163016d0801ac02016e0175016101036c616e"
          + "016c01016b017601000003ad02016e016904636cc3a9010174016150010377616e0177510101"
          + "6b017601020101040005ae02016e0163046e616d65046874747002026e6f036f757401690009"
          + "687474703a2f2f782f0347455401016801017601620100904e882702035a01ae02f89f120506"
          + "06af02016e016304b002016e016902b102016e07b202026964016501010700017301740107b3"
          + "020269640165000000000201027231fbffffff0ff89f1201ac02";

  @Test
  void an_event_has_the_form_of_version_2() throws NotSerializableException {
    assertThat(HexFormat.of().formatHex(CatalogCodec.encode(EVENT))).isEqualTo(EVENT_V2);
    assertThat(CatalogCodec.decodeEvent(HexFormat.of().parseHex(EVENT_V2)))
        .usingRecursiveComparison()
        .isEqualTo(EVENT);
  }

  @Test
  void what_was_dated_by_times_of_day_happened_at_the_beginning() throws NotSerializableException {
    assertThat(CatalogCodec.decodeEventV1(HexFormat.of().parseHex(EVENT_V1)))
        .usingRecursiveComparison()
        .isEqualTo(event(new Moment(1, WALL), 1));
  }

  private static CatalogState state() {
    CatalogFixture catalog = new CatalogFixture();
    catalog.write(new CatalogOp.PutMember(CatalogFixture.N1, null));
    catalog.write(CatalogFixture.checked(CatalogFixture.N1, "w", "web"));
    catalog.write(new CatalogOp.DeregisterService("w", "r1"));
    catalog.write(
        new CatalogOp.FireEvent(new UserEvent("id", "e", new byte[] {7}, "", "", "", 0), null));
    return catalog.state;
  }

  private static final String CHECKPOINT_V1 =
      "0a01026e31000831302e302e302e3102036c616e0831302e302e302e310377616e0831302e302e30"
          + "2e310001020202026e3106636f6e73756c06636f6e73756c000831302e302e302e31b44200000101"
          + "00000404026e3108666c6f74696c6c6108666c6f74696c6c61000831302e302e302e31b442000001"
          + "010000050501026e310a736572664865616c74681253657266204865616c74682053746174757300"
          + "0000194167656e7420616c69766520616e6420726561636861626c65000000000000000000000101"
          + "0000030003030a076167656e742f770906636865636b7308066576656e74730a09696e7374616e63"
          + "657309076e6f64652f6e3109056e6f646573020e736572766963652f636f6e73756c041073657276"
          + "6963652f666c6f74696c6c61050b736572766963652f776562090873657276696365730902090b73"
          + "6572766963652f77656209076167656e742f77000101026964016501010700000001010167e8070a"
          + "01010a01027231f7f801e8070109";

  @Test
  void in_a_checkpoint_dated_by_times_of_day_all_begins_anew() throws NotSerializableException {
    CatalogState read = CatalogCheckpointCodec.decodeV1(HexFormat.of().parseHex(CHECKPOINT_V1));
    assertThat(read.logMillis()).isEqualTo(1);
    assertThat(read.registrations()).isEqualTo(state().registrations());
    assertThat(read.requests().get("r1").logMillis()).isEqualTo(1);
    assertThat(read.index()).isEqualTo(state().index());
  }

  private static final String CHECKPOINT_V2 =
      "0ae80701026e31000831302e302e302e3102036c616e0831302e302e302e310377616e083130"
          + "2e302e302e310001020202026e3106636f6e73756c06636f6e73756c000831302e302e302e31"
          + "b4420000010100000404026e3108666c6f74696c6c6108666c6f74696c6c61000831302e302e"
          + "302e31b442000001010000050501026e310a736572664865616c74681253657266204865616c"
          + "746820537461747573000000194167656e7420616c69766520616e6420726561636861626c65"
          + "0000000000000000000001010000030003030a076167656e742f770906636865636b73080665"
          + "76656e74730a09696e7374616e63657309076e6f64652f6e3109056e6f646573020e73657276"
          + "6963652f636f6e73756c0410736572766963652f666c6f74696c6c61050b736572766963652f"
          + "776562090873657276696365730902090b736572766963652f77656209076167656e742f7700"
          + "0101026964016501010700000001010167e8070a01010a01027231f7f801e8070109";

  @Test
  void a_checkpoint_has_the_form_of_version_2() throws NotSerializableException {
    byte[] bytes = CatalogCheckpointCodec.encode(state());
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(CHECKPOINT_V2);
    CatalogState read = CatalogCheckpointCodec.decode(bytes);
    assertThat(CatalogCheckpointCodec.encode(read)).isEqualTo(bytes);
    assertThat(read.registrations()).isEqualTo(state().registrations());
    assertThat(read.requests().get("r1")).isEqualTo(state().requests().get("r1"));
    assertThat(read.batches().of("g")).isEqualTo(state().batches().of("g"));
    assertThat(read.logMillis()).isEqualTo(1_000);
    assertThat(read.eventTime()).isEqualTo(1);
    assertThat(read.index()).isEqualTo(state().index());
  }

  @Test
  void bytes_that_end_too_soon_are_refused() {
    byte[] bytes = CatalogCodec.encode(EVENT);
    for (int length = 0; length < bytes.length; length++) {
      byte[] torn = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CatalogCodec.decodeEvent(torn))
          .isInstanceOf(NotSerializableException.class);
    }
  }
}
