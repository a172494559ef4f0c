package io.flotilla.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes in this test are on people's disks: a change here is a change of the format. */
class LogCodecTest {
  private static final Roster.Occupant WHO =
      new Roster.Occupant("n1", "n1-0a1b2c3d", -2, "10.0.0.1", 8300, 8400, "10.0.0.1:8500", 1);
  private static final UUID CLAIM = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of(
            new Command.Claim("kv|a", CLAIM),
            "46020a156a6f75726e616c2e436f6d6d616e642e436c61696d122c0a046b767c"
                + "61122430303131323233332d343435352d363637372d383839392d6161626263"
                + "636464656566662ace052a"),
        Arguments.of(
            new Command.Append("ç", 7, 3, List.of(new byte[] {1, 2}, new byte[0]), -1),
            "46020a166a6f75726e616c2e436f6d6d616e642e417070656e6412190a02c3a7"
                + "1007180322020102220028ffffffffffffffffff0193b14d64"),
        Arguments.of(
            new Command.DeleteTo("a", 7, 9),
            "46020a186a6f75726e616c2e436f6d6d616e642e44656c657465546f12070a01"
                + "6110071809a6259134"),
        Arguments.of(
            new Command.SnapshotChunk("a", 7, 9, 1234567890123L, 2, new byte[] {5}),
            "46020a1d6a6f75726e616c2e436f6d6d616e642e536e617073686f744368756e"
                + "6b12130a01611007180920cb89ec8ff7232802320105c344b7dd"),
        Arguments.of(
            new Command.CommitSnapshot("a", 7, 9, 1234567890123L, 3, 0xcafebabe),
            "46020a1e6a6f75726e616c2e436f6d6d616e642e436f6d6d6974536e61707368"
                + "6f7412150a01611007180920cb89ec8ff723280335bebafeca3b5ad951"),
        Arguments.of(
            new Command.DeleteSnapshots("a", 7, 0, 9, 0, Long.MAX_VALUE),
            "46020a1f6a6f75726e616c2e436f6d6d616e642e44656c657465536e61707368"
                + "6f747312110a01611007200930ffffffffffffffff7f7a3126ba"),
        Arguments.of(
            new Command.NoOp(), "46020a146a6f75726e616c2e436f6d6d616e642e4e6f4f7012003ae9260b"),
        Arguments.of(
            new Command.Digest(),
            "46020a166a6f75726e616c2e436f6d6d616e642e446967657374120064dd8678"),
        Arguments.of(
            new Command.Append("ç", 7, 3, List.of(new byte[] {1, 2}, new byte[0]), 258),
            "46020a166a6f75726e616c2e436f6d6d616e642e417070656e6412110a02c3a7"
                + "1007180322020102220028820242af2a20"),
        Arguments.of(
            new Command.Enter(WHO),
            "46020a156a6f75726e616c2e436f6d6d616e642e456e746572123f0a3d0a026e"
                + "31120b6e312d306131623263336418feffffffffffffffff01220831302e302e"
                + "302e3128ec4030d0413a0d31302e302e302e313a38353030400146d0b8de"),
        Arguments.of(
            new Command.Seated(7, -2),
            "46020a166a6f75726e616c2e436f6d6d616e642e536561746564120d080710fe"
                + "ffffffffffffffff01ffc0e9d9"),
        Arguments.of(
            new Command.Out(3, Roster.Why.REMOVED),
            "46020a136a6f75726e616c2e436f6d6d616e642e4f757412040803100551d07bd3"),
        Arguments.of(
            new Command.Out(3, Roster.Why.REPLACED),
            "46020a136a6f75726e616c2e436f6d6d616e642e4f757412020803d54c2915"),
        Arguments.of(
            new Command.Remove("n1-0a1b2c3d"),
            "46020a166a6f75726e616c2e436f6d6d616e642e52656d6f7665120d0a0b6e31"
                + "2d30613162326333640b9425e5"),
        Arguments.of(
            new Command.Forgive("n1-0a1b2c3d"),
            "46020a176a6f75726e616c2e436f6d6d616e642e466f7267697665120d0a0b6e"
                + "312d30613162326333648e37d5b0"));
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of(
            new Reply.Claimed(12, 34),
            "46020a156a6f75726e616c2e5265706c792e436c61696d65641204080c1022c6" + "21d03e"),
        Arguments.of(
            new Reply.Done(12), "46020a126a6f75726e616c2e5265706c792e446f6e651202080ce5e562f3"),
        Arguments.of(
            new Reply.Fenced(12),
            "46020a146a6f75726e616c2e5265706c792e46656e6365641202080cbec47103"),
        Arguments.of(
            new Reply.OutOfOrder(12),
            "46020a186a6f75726e616c2e5265706c792e4f75744f664f726465721202080c" + "0cea69f3"),
        Arguments.of(
            new Reply.Refused("no"),
            "46020a156a6f75726e616c2e5265706c792e5265667573656412040a026e6f55" + "e467b3"),
        Arguments.of(
            new Reply.Entered(new Roster.Entry(Roster.Outcome.FOUND, 7, List.of())),
            "46020a156a6f75726e616c2e5265706c792e456e746572656412040a021007b6b4d104"),
        Arguments.of(
            new Reply.Entered(
                new Roster.Entry(
                    Roster.Outcome.JOIN, 7, List.of(new Roster.Seat(WHO, Roster.Status.IN, 9)))),
            "46020a156a6f75726e616c2e5265706c792e456e7465726564124b0a49080110"
                + "071a430a3d0a026e31120b6e312d306131623263336418feffffffffffffffff"
                + "01220831302e302e302e3128ec4030d0413a0d31302e302e302e313a38353030"
                + "4001100118097992c68c"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_has_these_bytes(Command command, String hex) {
    assertThat(HexFormat.of().formatHex(LogCodec.encode(command))).isEqualTo(hex);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void these_bytes_are_read_as_the_command(Command command, String hex) {
    List<Command> read = LogCodec.decodeCommands(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    assertThat(read).usingRecursiveComparison().isEqualTo(List.of(command));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void a_reply_has_these_bytes_and_is_read_back(Reply reply, String hex) {
    assertThat(HexFormat.of().formatHex(LogCodec.encode(reply))).isEqualTo(hex);
    assertThat(LogCodec.decodeReply(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
        .isEqualTo(reply);
  }

  @Test
  void any_flipped_bit_and_any_missing_byte_is_noticed() {
    byte[] good = LogCodec.encode(new Command.Append("a", 1, 1, List.of(new byte[] {1, 2, 3}), 99));
    assertDamageIsNoticed(good);
  }

  @Test
  void several_appends_are_read_in_their_order_and_one_is_as_it_would_be_alone() {
    List<Command> appends =
        List.of(
            new Command.Append("a", 7, 3, List.of(new byte[] {1, 2}), 258),
            new Command.Append("b", 8, 1, List.of(), -1),
            new Command.Append("a", 7, 4, List.of(new byte[] {3}), 259));
    List<byte[]> alone = appends.stream().map(LogCodec::encode).toList();
    byte[] group = LogCodec.group(alone);
    assertThat(HexFormat.of().formatHex(group, 0, 6)).isEqualTo("47010000002e");
    assertThat(LogCodec.decodeCommands(ByteBuffer.wrap(group)))
        .usingRecursiveComparison()
        .isEqualTo(appends);
    assertThat(LogCodec.group(alone.subList(0, 1))).isEqualTo(alone.get(0));
    List<Reply> replies = List.of(new Reply.Done(5), new Reply.Fenced(9));
    assertThat(LogCodec.decodeReplies(ByteBuffer.wrap(LogCodec.encodeAll(replies))))
        .isEqualTo(replies);
  }

  @Test
  void any_flipped_bit_and_any_missing_byte_of_several_is_noticed() {
    byte[] one = LogCodec.encode(new Command.Append("a", 1, 1, List.of(new byte[] {1}), 99));
    byte[] good = LogCodec.group(List.of(one, one, one));
    assertDamageIsNoticed(good);
  }

  /** Two claims of an id at the same index would both be the latest. */
  @Test
  void only_appends_share_an_entry() {
    byte[] append = LogCodec.encode(new Command.Append("a", 1, 1, List.of(), 99));
    byte[] claim = LogCodec.encode(new Command.Claim("a", CLAIM));
    assertThatThrownBy(
            () -> LogCodec.decodeCommands(ByteBuffer.wrap(LogCodec.group(List.of(append, claim)))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("don't append");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void an_append_is_known_by_its_beginning(Command command, String hex) {
    assertThat(LogCodec.isAppend(LogCodec.encode(command)))
        .isEqualTo(command instanceof Command.Append);
  }

  @Test
  void a_command_of_a_newer_version_is_refused_by_name() {
    byte[] known = LogCodec.encode(new Command.NoOp());
    byte[] newer = new String(known, ISO_8859_1).replace("NoOp", "Next").getBytes(ISO_8859_1);
    assertThatThrownBy(() -> LogCodec.decodeCommands(checked(newer)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("journal.Command.Next")
        .hasMessageContaining("newer version");
  }

  @Test
  void a_command_with_a_field_of_a_newer_version_is_refused() {
    byte[] known = LogCodec.encode(new Command.DeleteTo("a", 7, 9));
    byte[] newer = Arrays.copyOf(known, known.length + 2);
    newer[newer.length - 6] = 15 << 3;
    newer[newer.length - 5] = 1;
    int length = 2 + 2 + "journal.Command.DeleteTo".length() + 1; // of the message
    newer[length] += 2;
    assertThatThrownBy(() -> LogCodec.decodeCommands(checked(newer)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("newer version");
  }

  /** To guess what it means would let the members' rosters differ. */
  @Test
  void a_reason_of_a_newer_version_is_refused() {
    byte[] newer = LogCodec.encode(new Command.Out(3, Roster.Why.REMOVED));
    newer[newer.length - 5] = 77;
    assertThatThrownBy(() -> LogCodec.decodeCommands(checked(newer)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("Roster.Why")
        .hasMessageContaining("newer version");
  }

  @Test
  void what_is_no_command_is_refused() {
    byte[] reply = LogCodec.encode(new Reply.Done(1));
    assertThatThrownBy(() -> LogCodec.decodeCommands(ByteBuffer.wrap(reply)))
        .isInstanceOf(CorruptDataException.class);
  }

  /** Any flipped bit, and any missing byte. */
  private static void assertDamageIsNoticed(byte[] good) {
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> LogCodec.decodeCommands(ByteBuffer.wrap(bad)))
          .isInstanceOf(CorruptDataException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] bad = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> LogCodec.decodeCommands(ByteBuffer.wrap(bad)))
          .isInstanceOf(CorruptDataException.class);
    }
  }

  /** With the checksum that is right for it. */
  private static ByteBuffer checked(byte[] frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame, 0, frame.length - 4);
    return ByteBuffer.wrap(frame).putInt(frame.length - 4, (int) crc.getValue());
  }
}
