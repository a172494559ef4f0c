package io.flotilla.registry;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import java.io.NotSerializableException;

/** Gives Akka Persistence the stored form of the catalog, see {@link CatalogCodec}. */
public final class CatalogSerializer extends SerializerWithStringManifest {

  public CatalogSerializer(ExtendedActorSystem system) {}

  /** On disk together with each event: never to be changed. */
  @Override
  public int identifier() {
    return 850_002;
  }

  @Override
  public String manifest(Object o) {
    return o instanceof CatalogEvent ? CatalogCodec.EVENT_V2 : CatalogCheckpointCodec.CHECKPOINT_V2;
  }

  @Override
  public byte[] toBinary(Object o) {
    return o instanceof CatalogEvent event
        ? CatalogCodec.encode(event)
        : CatalogCheckpointCodec.encode((CatalogState) o);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return switch (manifest) {
      case CatalogCodec.EVENT_V2 -> CatalogCodec.decodeEvent(bytes);
      case CatalogCodec.EVENT_V1 -> CatalogCodec.decodeEventV1(bytes);
      case CatalogCheckpointCodec.CHECKPOINT_V2 -> CatalogCheckpointCodec.decode(bytes);
      case CatalogCheckpointCodec.CHECKPOINT_V1 -> CatalogCheckpointCodec.decodeV1(bytes);
      default ->
          throw new NotSerializableException(
              "unknown form " + manifest + ": it was written by a newer version of Flotilla");
    };
  }
}
