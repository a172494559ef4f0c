package io.flotilla.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.flotilla.TestPatience;
import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Moment;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.kv.Change;
import io.flotilla.kv.Entry;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.KvResult;
import io.flotilla.wire.Parts;
import io.flotilla.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** An entity of this version on a log in which a later version has written. */
class LaterVersionTest {
  private static final int SERIALIZER = 850_005;

  @TempDir Path directory;
  private LogCluster cluster;
  private ReplicatedLog log;

  @BeforeEach
  void start() {
    cluster = LogCluster.started(directory, 1);
    log = cluster.log("n1");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  // ---- what the later version wrote

  private static byte[] event(String key) {
    return Wire.PLAIN.write(
        new Committed<>(
            new Moment(1, 1),
            "",
            0,
            List.of(),
            List.of(new Change.Stored(2, key, new byte[] {1}, 0, 0, null, 0)),
            List.of()));
  }

  private static byte[] withUnknownField(byte[] message) {
    byte[] field =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build()
            .toByteArray();
    byte[] both = Arrays.copyOf(message, message.length + field.length);
    System.arraycopy(field, 0, both, message.length, field.length);
    return both;
  }

  private void isStored(String id, byte[] committed) {
    Payload payload = new Payload(SERIALIZER, "entity.Committed", committed);
    byte[] event = Wire.PLAIN.write(new EventEnvelope(1, "w", "", payload, null));
    long epoch = LogCluster.await(log.claim(id, true)).epoch();
    LogCluster.await(
        log.write(new Command.Append(id, epoch, 1, List.of(event), EntityLog.UNKNOWN), id));
  }

  // ---- this version

  /** More than the state and its bookkeeping, so a checkpoint is due. */
  private static void writeMuch(SpaceOnLog space) {
    for (int i = 0; i < 16; i++) {
      space.ask(SpaceOnLog.put("large", 400_000, i));
    }
  }

  private SpaceOnLog space(String namespace) {
    return new SpaceOnLog(cluster, "n1", namespace);
  }

  private static void awaitCheckpoint(SpaceOnLog space) {
    Awaitility.await().atMost(TestPatience.PATIENCE).until(() -> !space.checkpoints().isEmpty());
  }

  @Test
  void an_event_with_an_unknown_field_is_used_and_stays_in_the_log() {
    isStored(KeySpace.persistenceId("later").id(), withUnknownField(event("k")));
    isStored(KeySpace.persistenceId("known").id(), event("k"));
    SpaceOnLog later = space("later");
    KvResult.Entries found = later.entries(new KeyOp.Get("k"));
    assertThat(found.items()).extracting(Entry::key).containsExactly("k");
    writeMuch(later);
    SpaceOnLog known = space("known");
    writeMuch(known);
    awaitCheckpoint(known);
    assertThat(later.checkpoints()).isEmpty();
    assertThat(log.local(later.id).events().first()).isEqualTo(1);
  }

  @Test
  void a_checkpoint_with_an_unknown_field_is_used_and_not_replaced() throws IOException {
    SpaceOnLog first = space("later");
    writeMuch(first);
    awaitCheckpoint(first);
    StoredSnapshot before = first.checkpoints().get(0);
    String id = first.id;
    long epoch = LogCluster.await(log.claim(id, true)).epoch();
    List<byte[]> chunks = later(before);
    for (int i = 0; i < chunks.size(); i++) {
      Command chunk =
          new Command.SnapshotChunk(id, epoch, before.sequenceNr(), 7, i, chunks.get(i));
      LogCluster.await(log.write(chunk, id));
    }
    LogCluster.await(
        log.write(
            new Command.CommitSnapshot(
                id, epoch, before.sequenceNr(), 7, chunks.size(), EntityLog.crc(chunks)),
            id));
    SpaceOnLog second = space("later");
    assertThat(second.entries(new KeyOp.Get("large")).items()).hasSize(1);
    writeMuch(second);
    SpaceOnLog known = space("known");
    writeMuch(known);
    awaitCheckpoint(known);
    assertThat(second.checkpoints()).extracting(StoredSnapshot::timestamp).containsExactly(7L);
  }

  /** The same checkpoint, but the last part has one field more. */
  private static List<byte[]> later(StoredSnapshot checkpoint) throws IOException {
    InputStream in =
        new SequenceInputStream(
            Collections.enumeration(
                checkpoint.chunks().stream().map(ByteArrayInputStream::new).toList()));
    Parts.read(in, () -> {});
    List<Object> parts = new ArrayList<>();
    new Parts(in.readAllBytes()).read(parts::add);
    Object last = parts.remove(parts.size() - 1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part : parts) {
      Parts.write(all, part);
    }
    ByteArrayOutputStream typed = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(typed);
    coded.writeString(1, Wire.PLAIN.name(last));
    coded.writeByteArray(2, withUnknownField(Wire.PLAIN.write(last)));
    coded.flush();
    coded = CodedOutputStream.newInstance(all);
    coded.writeByteArrayNoTag(typed.toByteArray());
    coded.flush();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    Parts.write(head, new SnapshotHead(SERIALIZER, "parts", all.size(), null));
    List<byte[]> chunks = new ArrayList<>(List.of(head.toByteArray()));
    for (int at = 0; at < all.size(); at += 100_000) {
      int end = Math.min(all.size(), at + 100_000);
      chunks.add(Arrays.copyOfRange(all.toByteArray(), at, end));
    }
    return chunks;
  }

  @Test
  void an_unknown_change_ends_the_recovery_and_says_which() {
    byte[] unknown =
        new String(event("k"), ISO_8859_1)
            .replace("kv.Change.Stored", "kv.Change.Edited")
            .getBytes(ISO_8859_1);
    isStored(KeySpace.persistenceId("later").id(), unknown);
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    seen.start();
    root.addAppender(seen);
    try {
      SpaceOnLog later = space("later");
      later.actor.tell(
          new EntityActor.Batch("g", 1, 0, 1, List.of(new KeyOp.Get("k")), later.gateway.getRef()));
      Awaitility.await()
          .atMost(TestPatience.PATIENCE)
          .until(() -> List.copyOf(seen.list).stream().anyMatch(LaterVersionTest::saysWhich));
      later.gateway.expectNoMessage();
      assertThat(log.local(later.id).events().highest()).isEqualTo(1);
    } finally {
      root.detachAppender(seen);
    }
  }

  private static boolean saysWhich(ILoggingEvent event) {
    String text = event.getFormattedMessage() + causes(event.getThrowableProxy());
    return text.contains("kv.Change.Edited");
  }

  private static String causes(ch.qos.logback.classic.spi.IThrowableProxy failure) {
    return failure == null ? "" : failure.getMessage() + causes(failure.getCause());
  }
}
