package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.wire.Parts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogStateTest {
  private LogState state = LogState.EMPTY;
  private long index;
  private long epoch;

  @BeforeEach
  void claimed() {
    epoch = claim();
  }

  @Test
  void a_claim_is_granted_with_its_log_index_as_the_epoch() {
    assertThat(epoch).isEqualTo(1);
    assertThat(claim()).isEqualTo(2);
  }

  @Test
  void a_repeated_claim_is_answered_as_before() {
    UUID id = UUID.randomUUID();
    Reply first = apply(new Command.Claim("a", id));
    assertThat(apply(new Command.Claim("a", id))).isEqualTo(first);
  }

  @Test
  void an_append_must_begin_right_after_the_last_event() {
    assertThat(append(epoch, 2, "x")).isEqualTo(new Reply.OutOfOrder(0));
    assertThat(append(epoch, 1, "x", "y")).isInstanceOf(Reply.Done.class);
    assertThat(append(epoch, 4, "z")).isEqualTo(new Reply.OutOfOrder(2));
    assertThat(append(epoch, 3, "z")).isInstanceOf(Reply.Done.class);
    assertThat(events()).containsExactly("x", "y", "z");
  }

  @Test
  void a_repeated_append_is_answered_as_before_and_changes_nothing() {
    append(epoch, 1, "x", "y");
    append(epoch, 3, "z");
    assertThat(append(epoch, 1, "x", "y")).isInstanceOf(Reply.Done.class);
    assertThat(append(epoch, 3, "z")).isInstanceOf(Reply.Done.class);
    assertThat(events()).containsExactly("x", "y", "z");
  }

  @Test
  void a_different_event_of_an_old_number_is_refused() {
    append(epoch, 1, "x", "y");
    assertThat(append(epoch, 1, "x", "other")).isEqualTo(new Reply.OutOfOrder(2));
    assertThat(append(epoch, 2, "y", "z")).isEqualTo(new Reply.OutOfOrder(2));
    assertThat(append(epoch, 0, "x")).isEqualTo(new Reply.OutOfOrder(2));
    assertThat(events()).containsExactly("x", "y");
  }

  @Test
  void nothing_of_a_superseded_epoch_is_accepted_not_even_a_repeat() {
    append(epoch, 1, "x");
    long old = epoch;
    long current = claim();
    Reply fenced = new Reply.Fenced(current);
    assertThat(append(old, 2, "late")).isEqualTo(fenced);
    assertThat(append(old, 1, "x")).isEqualTo(fenced);
    assertThat(apply(new Command.DeleteTo("a", old, 1))).isEqualTo(fenced);
    assertThat(chunk(old, 0, "s")).isEqualTo(fenced);
    assertThat(commit(old, "s")).isEqualTo(fenced);
    assertThat(apply(new Command.DeleteSnapshots("a", old, 0, 9, 0, Long.MAX_VALUE)))
        .isEqualTo(fenced);
    assertThat(events()).containsExactly("x");
  }

  @Test
  void an_id_never_claimed_takes_no_writes() {
    assertThat(apply(ReplicatedLogTest.append("b", 5, 1, "x"))).isEqualTo(new Reply.Fenced(0));
    // Nor with the epoch an unclaimed id has.
    Reply reply = apply(ReplicatedLogTest.append("b", 0, 1, "x"));
    assertThat(reply).isEqualTo(new Reply.Fenced(0));
  }

  @Test
  void deleting_keeps_the_highest_number_and_frees_the_events() {
    append(epoch, 1, "x", "y", "z");
    apply(new Command.DeleteTo("a", epoch, 2));
    assertThat(events()).containsExactly("z");
    apply(new Command.DeleteTo("a", epoch, Long.MAX_VALUE));
    assertThat(events()).isEmpty();
    assertThat(state.entity("a").events().highest()).isEqualTo(3);
    assertThat(append(epoch, 4, "w")).isInstanceOf(Reply.Done.class);
    assertThat(append(epoch, 2, "y", "z")).isInstanceOf(Reply.Done.class);
    assertThat(events()).containsExactly("w");
  }

  @Test
  void an_older_version_of_the_state_never_changes() {
    append(epoch, 1, "x");
    LogState old = state;
    append(epoch, 2, "y", "z");
    apply(new Command.DeleteTo("a", epoch, 1));
    LogState other = old.apply(99, ReplicatedLogTest.append("a", epoch, 2, "branch")).state();
    assertThat(texts(old)).containsExactly("x");
    assertThat(texts(other)).containsExactly("x", "branch");
    assertThat(events()).containsExactly("y", "z");
  }

  @Test
  void a_snapshot_appears_when_all_its_chunks_are_committed() {
    chunk(epoch, 0, "ab");
    assertThat(chunk(epoch, 2, "ef")).isInstanceOf(Reply.Refused.class);
    chunk(epoch, 1, "cd");
    chunk(epoch, 0, "ab");
    assertThat(snapshots()).isEmpty();
    assertThat(commit(epoch, "ab", "cd")).isInstanceOf(Reply.Done.class);
    assertThat(snapshots()).containsExactly("abcd");
    assertThat(commit(epoch, "ab", "cd")).isInstanceOf(Reply.Done.class);
    assertThat(chunk(epoch, 0, "ab")).isInstanceOf(Reply.Done.class);
    assertThat(state.entity("a").upload()).isNull();
  }

  @Test
  void chunks_that_do_not_fit_the_checksum_are_dropped() {
    chunk(epoch, 0, "ab");
    assertThat(commit(epoch, "xx")).isInstanceOf(Reply.Refused.class);
    assertThat(snapshots()).isEmpty();
    assertThat(commit(epoch, "ab")).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void a_claim_drops_the_chunks_of_the_one_before() {
    chunk(epoch, 0, "ab");
    long current = claim();
    assertThat(state.entity("a").upload()).isNull();
    assertThat(commit(current, "ab")).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void the_file_form_is_read_back_equal_and_damage_is_noticed() throws IOException {
    append(epoch, 1, "x", "y");
    apply(new Command.DeleteTo("a", epoch, 1));
    chunk(epoch, 0, "ab");
    commit(epoch, "ab");
    apply(new Command.SnapshotChunk("a", epoch, 8, 8, 0, "half".getBytes(StandardCharsets.UTF_8)));
    apply(new Command.Claim("b", new UUID(1, 2)));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(state, file);
    byte[] bytes = file.toByteArray();
    LogState read = StateFormat.read(new ByteArrayInputStream(bytes), "test");
    assertThat(StateFormat.digest(read)).isEqualTo(StateFormat.digest(state));
    assertThat(texts(read)).containsExactly("y");
    assertThat(read.entity("a").upload().chunks()).hasSize(1);
    for (int at = 0; at < bytes.length; at++) {
      byte[] bad = bytes.clone();
      bad[at] ^= 0x10;
      Assertions.assertThatThrownBy(() -> StateFormat.read(new ByteArrayInputStream(bad), "test"))
          .isInstanceOfAny(CorruptDataException.class, IOException.class);
    }
  }

  @Test
  void the_file_form_has_these_bytes() throws IOException {
    LogState fixed =
        LogState.EMPTY
            .apply(5, new Command.Claim("a", new UUID(1, 2)))
            .state()
            .apply(6, ReplicatedLogTest.append("a", 5, 1, 258, "x"))
            .state();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(fixed, file);
    assertThat(HexFormat.of().formatHex(file.toByteArray()))
        .isEqualTo(
            "464c4f545354415400000003480a146a6f75726e616c2e537461746550617274"
                + "2e496412300a016110051a2430303030303030302d303030302d303030312d30"
                + "3030302d30303030303030303030303220012882021f0a186a6f75726e616c2e"
                + "5374617465506172742e4576656e747312030a01780095beec81");
  }

  private static final String WITH_ROSTER =
      "464c4f545354415400000003cd010a196a6f75726e616c2e5374617465506172"
          + "742e4d656d6265727312af010aac01080512026e311a490a026e3112430a3d0a"
          + "026e31120b6e312d306131623263336418feffffffffffffffff01220831302e"
          + "302e302e3128ec4030d0413a0d31302e302e302e313a38353030400110011805"
          + "1a3e0a026e3212380a340a026e32120b6e322d30303030303030321803220831"
          + "302e302e302e3228ec4030d0413a0d31302e302e302e323a3835303040011807"
          + "22080a026e32100218032a0f0a0b6e332d30303030303030331009008b648047";

  @Test
  void the_roster_has_these_bytes_before_all_ids_and_is_part_of_the_digest() throws IOException {
    Roster.Occupant first =
        new Roster.Occupant("n1", "n1-0a1b2c3d", -2, "10.0.0.1", 8300, 8400, "10.0.0.1:8500", 1);
    Roster.Occupant second =
        new Roster.Occupant("n2", "n2-00000002", 3, "10.0.0.2", 8300, 8400, "10.0.0.2:8500", 1);
    Roster roster =
        new Roster(
            5,
            "n1",
            Map.of(
                "n2",
                new Roster.Seat(second, Roster.Status.JOINING, 7),
                "n1",
                new Roster.Seat(first, Roster.Status.IN, 5)),
            List.of(new Roster.Gone("n2", 2, Roster.Why.CUT)),
            Map.of("n3-00000003", 9L));
    LogState fixed = new LogState(LogState.EMPTY.entities(), roster);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(fixed, file);
    assertThat(HexFormat.of().formatHex(file.toByteArray())).isEqualTo(WITH_ROSTER);
    assertThat(read(WITH_ROSTER)).isEqualTo(fixed);
    assertThat(StateFormat.digest(fixed)).isNotEqualTo(StateFormat.digest(LogState.EMPTY));
  }

  @Test
  void with_a_roster_the_rest_is_as_before() throws IOException {
    append(epoch, 1, "x");
    apply(new Command.Enter(RosterTest.life("n1", 11)));
    append(epoch, 2, "y");
    assertThat(state.roster().isFounder(11)).isTrue();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(state, file);
    LogState read = StateFormat.read(new ByteArrayInputStream(file.toByteArray()), "test");
    assertThat(read.roster()).isEqualTo(state.roster());
    assertThat(texts(read)).containsExactly("x", "y");
    assertThat(read.bytes()).isEqualTo(state.bytes());
  }

  @Test
  void a_roster_with_a_field_of_a_newer_version_is_refused() {
    String newer =
        WITH_ROSTER
            .replace("00000003cd01", "00000003cf01") // the part's length, and those in it
            .replace("12af010aac01", "12b1010aae01")
            .replace("1009008b648047", "10097801008b648047");
    assertThatThrownBy(() -> read(newer))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("newer version");
  }

  private static LogState read(String hex) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return StateFormat.read(new ByteArrayInputStream(bytes), "test");
  }

  @Test
  void a_file_of_another_version_is_refused_by_its_number() {
    byte[] old = HexFormat.of().parseHex("464c4f54535441540000000200000000");
    Assertions.assertThatThrownBy(() -> StateFormat.read(new ByteArrayInputStream(old), "test"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void a_large_state_is_written_in_parts_of_moderate_size() throws IOException {
    for (int i = 1; i <= 40; i++) {
      append(epoch, i, "x".repeat(20_000));
    }
    for (int i = 0; i < 5; i++) {
      chunk(epoch, i, "y".repeat(300_000));
    }
    String large = "y".repeat(300_000);
    commit(epoch, large, large, large, large, large);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(state, file);
    ByteArrayInputStream in = new ByteArrayInputStream(file.toByteArray());
    in.skipNBytes(12);
    int parts = 0;
    for (int left = in.available(); Parts.read(in, () -> {}) != null; left = in.available()) {
      assertThat(left - in.available()).isLessThan(400_000);
      parts++;
    }
    assertThat(parts).isEqualTo(1 + 3 + 1 + 5);
    LogState read = StateFormat.read(new ByteArrayInputStream(file.toByteArray()), "test");
    assertThat(StateFormat.digest(read)).isEqualTo(StateFormat.digest(state));
    assertThat(texts(read)).hasSize(40);
    assertThat(read.entity("a").snapshots().get(0).size()).isEqualTo(1_500_000);
  }

  // ---- total size

  private static final long NOTHING = EntityLog.OVERHEAD;

  @Test
  void an_id_counts_what_its_holder_says_that_its_state_occupies() {
    assertThat(state.bytes()).as("only claimed").isEqualTo(NOTHING);
    apply(ReplicatedLogTest.append("a", epoch, 1, 5000, "x"));
    assertThat(state.bytes()).isEqualTo(NOTHING + 5000);
    apply(ReplicatedLogTest.append("a", epoch, 2, 300, "y"));
    assertThat(state.bytes()).isEqualTo(NOTHING + 300);
    long other = ((Reply.Claimed) apply(new Command.Claim("b", new UUID(1, 2)))).epoch();
    apply(ReplicatedLogTest.append("b", other, 1, 70, "z"));
    assertThat(state.bytes()).isEqualTo(2 * NOTHING + 370);
    claim();
    assertThat(state.bytes()).as("another claim changes nothing").isEqualTo(2 * NOTHING + 370);
  }

  @Test
  void what_is_refused_or_repeated_counts_nothing() {
    Command.Append first = ReplicatedLogTest.append("a", epoch, 1, 5000, "x");
    apply(first);
    apply(first);
    apply(ReplicatedLogTest.append("a", epoch, 9, 1, "out of order"));
    apply(ReplicatedLogTest.append("a", epoch - 1, 2, 1, "fenced"));
    apply(ReplicatedLogTest.append("never claimed", 1, 1, 1, "fenced"));
    assertThat(state.bytes()).isEqualTo(NOTHING + 5000);
  }

  @Test
  void events_and_snapshots_count_where_they_are_more_than_a_state_may_have() {
    String large = "x".repeat(100_000);
    apply(ReplicatedLogTest.append("a", epoch, 1, 10, large, large, large));
    assertThat(state.bytes()).isBetween(NOTHING + 100_000, NOTHING + 100_100);
    apply(new Command.DeleteTo("a", epoch, 3));
    assertThat(state.bytes()).isEqualTo(NOTHING + 10);
    chunk(epoch, 0, large);
    assertThat(state.bytes()).isEqualTo(NOTHING + 33_333);
    commit(epoch, large);
    assertThat(state.bytes()).isEqualTo(NOTHING + 33_333);
    apply(new Command.DeleteSnapshots("a", epoch, 0, 9, 0, Long.MAX_VALUE));
    assertThat(state.bytes()).isEqualTo(NOTHING + 10);
  }

  @Test
  void who_does_not_say_is_counted_by_events_and_snapshots() {
    append(epoch, 1, "x".repeat(1000));
    assertThat(state.bytes()).isBetween(NOTHING + 1000, NOTHING + 1100);
  }

  @Test
  void every_member_counts_the_same_also_after_it_has_read_a_file() throws IOException {
    Random random = new Random(4711);
    long[] next = {1, 1, 1};
    for (int i = 0; i < 2000; i++) {
      int n = random.nextInt(3);
      String id = "id" + n;
      long writer = state.entity(id).epoch();
      switch (random.nextInt(6)) {
        case 0 -> apply(new Command.Claim(id, UUID.randomUUID()));
        case 1 -> apply(new Command.DeleteTo(id, writer, next[n] - random.nextInt(20)));
        case 2 ->
            apply(
                new Command.SnapshotChunk(
                    id, writer, next[n], 1, 0, new byte[random.nextInt(900)]));
        case 3 ->
            apply(
                new Command.CommitSnapshot(
                    id,
                    writer,
                    next[n],
                    1,
                    1,
                    state.entity(id).upload() == null
                        ? 0
                        : EntityLog.crc(state.entity(id).upload().chunks())));
        default -> {
          long said = random.nextInt(4) == 0 ? EntityLog.UNKNOWN : random.nextInt(2000);
          Reply reply =
              apply(
                  ReplicatedLogTest.append(
                      id, writer, next[n], said, "x".repeat(random.nextInt(500))));
          next[n] += reply instanceof Reply.Done ? 1 : 0;
        }
      }
      assertThat(state.bytes()).isEqualTo(new LogState(state.entities(), state.roster()).bytes());
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StateFormat.write(state, file);
    LogState read = StateFormat.read(new ByteArrayInputStream(file.toByteArray()), "test");
    assertThat(read.bytes()).isEqualTo(state.bytes());
  }

  private Reply apply(Command command) {
    LogState.Applied applied = state.apply(++index, command);
    state = applied.state();
    return applied.reply();
  }

  private long claim() {
    return ((Reply.Claimed) apply(new Command.Claim("a", UUID.randomUUID()))).epoch();
  }

  private Reply append(long writer, long first, String... events) {
    return apply(ReplicatedLogTest.append("a", writer, first, events));
  }

  private Reply chunk(long writer, int number, String bytes) {
    return apply(
        new Command.SnapshotChunk(
            "a", writer, 3, 77, number, bytes.getBytes(StandardCharsets.UTF_8)));
  }

  private Reply commit(long writer, String... chunks) {
    List<byte[]> bytes = new ArrayList<>();
    for (String chunk : chunks) {
      bytes.add(chunk.getBytes(StandardCharsets.UTF_8));
    }
    return apply(
        new Command.CommitSnapshot("a", writer, 3, 77, chunks.length, EntityLog.crc(bytes)));
  }

  private List<String> events() {
    return texts(state);
  }

  private static List<String> texts(LogState of) {
    EventRun run = of.entity("a").events();
    List<String> texts = new ArrayList<>();
    for (long nr = run.first(); nr <= run.highest(); nr++) {
      texts.add(new String(run.get(nr), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private List<String> snapshots() {
    return state.entity("a").snapshots().stream()
        .map(StoredSnapshot::chunks)
        .map(
            chunks ->
                chunks.stream()
                    .map(b -> new String(b, StandardCharsets.UTF_8))
                    .collect(Collectors.joining()))
        .toList();
  }
}
