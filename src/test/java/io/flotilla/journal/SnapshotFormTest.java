package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.ConfigFactory;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SnapshotFormTest {
  private static final ActorSystem SYSTEM =
      ActorSystem.create(
          "form",
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private static final Serialization SERIALIZATION = SerializationExtension.get(SYSTEM);
  private static final SnapshotMetadata BARE = new SnapshotMetadata("id", 7, 1234);

  @AfterAll
  static void end() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private static SelectedSnapshot decode(List<byte[]> chunks) {
    return SnapshotForm.decode("id", new StoredSnapshot(7, 1234, chunks), SERIALIZATION);
  }

  /** As it was put together in one piece. */
  private static byte[] whole(Object snapshot, Object extra) {
    Payload payload = Payload.of(snapshot, SERIALIZATION);
    Payload metadata = extra == null ? null : Payload.of(extra, SERIALIZATION);
    byte[] head =
        Parts.of(
                () ->
                    Stream.of(
                        new SnapshotHead(
                            payload.serializer(),
                            payload.manifest(),
                            payload.bytes().length,
                            metadata)))
            .bytes();
    return join(List.of(head, payload.bytes()));
  }

  private static byte[] join(List<byte[]> chunks) {
    byte[] all = new byte[chunks.stream().mapToInt(c -> c.length).sum()];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, all, at, chunk.length);
      at += chunk.length;
    }
    return all;
  }

  @Test
  void the_chunks_are_the_stored_form_cut_at_every_size() {
    String snapshot = "état ".repeat(100);
    for (Object extra : new Object[] {null, "extra"}) {
      SnapshotMetadata metadata = extra == null ? BARE : BARE.withMetadata(extra);
      byte[] whole = whole(snapshot, extra);
      for (int size : List.of(1, 2, 3, 7, 16, 100, whole.length - 1, whole.length, 10_000)) {
        SnapshotChunks encoded = SnapshotForm.encode(metadata, snapshot, SERIALIZATION, size);
        List<byte[]> chunks = new ArrayList<>();
        encoded.forEachRemaining(chunks::add);
        assertThat(encoded.count()).isEqualTo(chunks.size());
        assertThat(encoded.crc()).isEqualTo(EntityLog.crc(chunks));
        assertThat(join(chunks)).isEqualTo(whole);
        assertThat(chunks.subList(0, chunks.size() - 1)).allMatch(c -> c.length == size);
        SelectedSnapshot read = decode(chunks);
        assertThat(read.snapshot()).isEqualTo(snapshot);
        assertThat(read.metadata()).isEqualTo(metadata);
      }
    }
  }

  @Test
  void parts_are_written_only_as_far_as_the_next_chunk_needs_them() {
    AtomicInteger written = new AtomicInteger();
    Parts parts =
        Parts.of(
            () ->
                IntStream.range(0, 1000)
                    .peek(i -> written.incrementAndGet())
                    .mapToObj(i -> new StatePart.Chunk(new byte[1000])));
    SnapshotChunks chunks = SnapshotForm.encode(BARE, parts, SERIALIZATION, 16 << 10);
    assertThat(written.getAndSet(0)).as("measured").isEqualTo(1000);
    List<byte[]> all = new ArrayList<>();
    all.add(chunks.next());
    assertThat(written.get()).isBetween(16, 20);
    chunks.forEachRemaining(all::add);
    assertThat(written.get()).isEqualTo(1000);
    assertThat(((Parts) decode(all).snapshot()).bytes()).isEqualTo(parts.bytes());
  }

  @Test
  void parts_are_read_from_chunks_of_every_size() {
    List<StatePart> written =
        List.of(
            new StatePart.Chunk(new byte[0]),
            new StatePart.Chunk(new byte[200]),
            new StatePart.Snapshot(1, 2, true));
    Parts parts = Parts.of(written::stream);
    for (int size = 1; size < 300; size++) {
      List<byte[]> chunks = new ArrayList<>();
      SnapshotForm.encode(BARE, parts, SERIALIZATION, size).forEachRemaining(chunks::add);
      Parts read = (Parts) decode(chunks).snapshot();
      for (int again = 0; again < 2; again++) {
        List<Object> each = new ArrayList<>();
        assertThat(read.read(each::add)).isTrue();
        assertThat(each).usingRecursiveComparison().isEqualTo(written);
      }
      assertThat(read.bytes()).isEqualTo(parts.bytes());
    }
  }

  @Test
  void parts_that_are_cut_or_have_a_wrong_length_are_noticed() {
    Parts parts = Parts.of(() -> Stream.of(new StatePart.Chunk(new byte[200])));
    byte[] whole = whole(parts, null);
    for (int length = 0; length < whole.length; length++) {
      List<byte[]> cut = List.of(java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> decode(cut)).isInstanceOf(CorruptDataException.class);
    }
    int begin = whole.length - (int) parts.size();
    for (int wrong : new int[] {0, 1, 127, 128, 255}) {
      byte[] bad = whole.clone();
      bad[begin] = (byte) wrong; // the length of the only part
      Parts read = (Parts) decode(List.of(bad)).snapshot();
      assertThatThrownBy(() -> read.read(part -> {})).isInstanceOf(UnreadableException.class);
    }
  }

  @Test
  void a_snapshot_of_another_size_than_computed_is_never_complete() {
    for (int size : List.of(99, 101)) {
      SnapshotChunks chunks =
          new SnapshotChunks(new byte[10], size, List.of(new byte[100]).iterator(), 30);
      assertThatThrownBy(() -> chunks.forEachRemaining(chunk -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("than computed");
    }
  }

  @Test
  void what_is_cut_short_or_too_long_or_of_another_version_is_noticed() {
    byte[] whole = whole("x".repeat(50), "extra");
    for (int length = 0; length < whole.length; length++) {
      List<byte[]> cut = List.of(java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> decode(cut)).isInstanceOf(CorruptDataException.class);
    }
    assertThatThrownBy(() -> decode(List.of(whole, new byte[1])))
        .isInstanceOf(CorruptDataException.class);
    byte[] huge = whole.clone();
    huge[0] = 0x7f; // the head's length
    assertThatThrownBy(() -> decode(List.of(huge))).isInstanceOf(CorruptDataException.class);
    byte[] newer = whole.clone();
    newer[5] ^= 1; // within the head's name
    assertThatThrownBy(() -> decode(List.of(newer)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("in this version");
  }
}
