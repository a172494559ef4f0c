package io.flotilla.journal;

import akka.persistence.PersistentRepr;
import akka.serialization.Serialization;
import java.util.Optional;
import scala.jdk.javaapi.OptionConverters;

/**
 * The stored form of one event, opaque to the replicated log.
 *
 * <pre>
 * version(1)=1 flags(1) timestamp(8) writerUuid adapterManifest payload [metadata]
 * payload, metadata: serializer id(4) manifest bytes
 * </pre>
 *
 * <p>The payload is what Akka's serializer of that id made of it under that manifest, so it stays
 * readable as long as a serializer of that id understands the manifest, whatever writes today.
 */
final class EventEnvelope {
  private static final int VERSION = 1;
  private static final int HAS_METADATA = 1;

  private EventEnvelope() {}

  static byte[] encode(PersistentRepr event, Serialization serialization) {
    Optional<Object> metadata = OptionConverters.toJava(event.metadata());
    byte[] payload = Payload.encode(event.payload(), serialization);
    ByteWriter out =
        new ByteWriter(payload.length + 96)
            .writeByte(VERSION)
            .writeByte(metadata.isPresent() ? HAS_METADATA : 0)
            .writeLong(event.timestamp())
            .writeString(event.writerUuid())
            .writeString(event.manifest())
            .writeBytes(payload);
    metadata.ifPresent(m -> out.writeBytes(Payload.encode(m, serialization)));
    return out.toBytes();
  }

  static PersistentRepr decode(
      byte[] bytes, String persistenceId, long sequenceNr, Serialization serialization) {
    ByteReader in = new ByteReader(bytes, "event " + sequenceNr + " of " + persistenceId);
    int version = in.readByte();
    if (version != VERSION) {
      throw new CorruptDataException(
          "event "
              + sequenceNr
              + " of "
              + persistenceId
              + " has version "
              + version
              + "; this version of Flotilla reads "
              + VERSION);
    }
    int flags = in.readByte();
    long timestamp = in.readLong();
    String writerUuid = in.readString();
    String adapterManifest = in.readString();
    Object payload = Payload.decode(in.readBytes(), serialization);
    PersistentRepr event =
        PersistentRepr.apply(
                payload, sequenceNr, persistenceId, adapterManifest, false, null, writerUuid)
            .withTimestamp(timestamp);
    if ((flags & HAS_METADATA) != 0) {
      event = event.withMetadata(Payload.decode(in.readBytes(), serialization));
    }
    in.expectEnd();
    return event;
  }
}
