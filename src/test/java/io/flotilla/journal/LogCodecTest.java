package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes in this test are on people's disks: a change here is a change of the format. */
class LogCodecTest {
  private static final UUID CLAIM = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of(
            new Command.Claim("kv|a", CLAIM),
            "460101000000046b767c6100112233445566778899aabbccddeeff177f308c"),
        Arguments.of(
            new Command.Append("ç", 7, 3, List.of(new byte[] {1, 2}, new byte[0]), -1),
            "46010200000002c3a70000000000000007000000000000000300000002000000"
                + "020102000000003e75ee09"),
        Arguments.of(
            new Command.DeleteTo("a", 7, 9),
            "460103000000016100000000000000070000000000000009171093ed"),
        Arguments.of(
            new Command.SnapshotChunk("a", 7, 9, 1234567890123L, 2, new byte[] {5}),
            "4601040000000161000000000000000700000000000000090000011f71fb04cb"
                + "0000000200000001057f00610d"),
        Arguments.of(
            new Command.CommitSnapshot("a", 7, 9, 1234567890123L, 3, 0xcafebabe),
            "4601050000000161000000000000000700000000000000090000011f71fb04cb"
                + "00000003cafebabeefa76dbc"),
        Arguments.of(
            new Command.DeleteSnapshots("a", 7, 0, 9, 0, Long.MAX_VALUE),
            "4601060000000161000000000000000700000000000000000000000000000009"
                + "00000000000000007fffffffffffffffa5978ac6"),
        Arguments.of(new Command.NoOp(), "460107b1d82928"),
        Arguments.of(new Command.Digest(), "460108efcb150c"),
        Arguments.of(
            new Command.Append("ç", 7, 3, List.of(new byte[] {1, 2}, new byte[0]), 258),
            "46010900000002c3a70000000000000007000000000000000300000002000000"
                + "020102000000000000000000000102e2498455"));
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of(new Reply.Claimed(12, 34), "460101000000000000000c00000000000000221adc28ab"),
        Arguments.of(new Reply.Done(12), "460102000000000000000ccfebf02c"),
        Arguments.of(new Reply.Fenced(12), "460103000000000000000c3bd52664"),
        Arguments.of(new Reply.OutOfOrder(12), "460104000000000000000cfcb5e87e"),
        Arguments.of(new Reply.Refused("no"), "460105000000026e6fd95b9785"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_has_these_bytes(Command command, String hex) {
    assertThat(HexFormat.of().formatHex(LogCodec.encode(command))).isEqualTo(hex);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void these_bytes_are_read_as_the_command(Command command, String hex) {
    Command read = LogCodec.decodeCommand(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    assertThat(read).usingRecursiveComparison().isEqualTo(command);
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
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> LogCodec.decodeCommand(ByteBuffer.wrap(bad)))
          .isInstanceOf(CorruptDataException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] bad = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> LogCodec.decodeCommand(ByteBuffer.wrap(bad)))
          .isInstanceOf(CorruptDataException.class);
    }
  }

  @Test
  void a_command_of_a_newer_version_is_refused_with_its_type() {
    byte[] newer =
        new ByteWriter(16).writeByte('F').writeByte(1).writeByte(99).writeChecksum().toBytes();
    assertThatThrownBy(() -> LogCodec.decodeCommand(ByteBuffer.wrap(newer)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("type 99")
        .hasMessageContaining("newer version");
  }
}
