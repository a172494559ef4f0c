package io.flotilla.journal;

import akka.persistence.PersistentRepr;
import akka.serialization.Serialization;
import io.flotilla.wire.StoredMessage;
import io.flotilla.wire.Wire;
import io.flotilla.wire.WireSerializer;
import java.util.Optional;
import scala.jdk.javaapi.OptionConverters;

/**
 * The stored form of one event, opaque to the replicated log.
 *
 * <p>The payload was written by the Akka serializer with this id, under this manifest. It stays
 * readable as long as a serializer with the id understands the manifest, whichever writes today.
 *
 * @param metadata null for none
 */
record EventEnvelope(
    long timestamp, String writerUuid, String adapterManifest, Payload payload, Payload metadata) {

  static byte[] encode(PersistentRepr event, Serialization serialization) {
    Optional<Object> metadata = OptionConverters.toJava(event.metadata());
    return Wire.PLAIN.write(
        new EventEnvelope(
            event.timestamp(),
            event.writerUuid(),
            event.manifest(),
            Payload.of(event.payload(), serialization),
            metadata.map(m -> Payload.of(m, serialization)).orElse(null)));
  }

  /** Of a message that no actor has sent. */
  static byte[] encode(StoredMessage event) {
    Payload payload =
        new Payload(WireSerializer.IDENTIFIER, Wire.PLAIN.name(event), Wire.PLAIN.write(event));
    return Wire.PLAIN.write(new EventEnvelope(0, "", "", payload, null));
  }

  static PersistentRepr decode(
      byte[] bytes, String persistenceId, long sequenceNr, Serialization serialization) {
    EventEnvelope e =
        Exact.read(EventEnvelope.class, bytes, "event " + sequenceNr + " of " + persistenceId);
    PersistentRepr event =
        PersistentRepr.apply(
                e.payload.value(serialization),
                sequenceNr,
                persistenceId,
                e.adapterManifest,
                false,
                null,
                e.writerUuid)
            .withTimestamp(e.timestamp);
    return e.metadata == null ? event : event.withMetadata(e.metadata.value(serialization));
  }
}
