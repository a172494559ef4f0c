package io.flotilla.kv;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import java.io.NotSerializableException;

/** Gives Akka Persistence the stored form of the key space, see {@link KvCodec}. */
public final class KvSerializer extends SerializerWithStringManifest {

  public KvSerializer(ExtendedActorSystem system) {}

  /** On disk together with each event: never to be changed. */
  @Override
  public int identifier() {
    return 850_001;
  }

  @Override
  public String manifest(Object o) {
    return o instanceof Committed ? KvCodec.EVENT_V2 : CheckpointCodec.CHECKPOINT_V2;
  }

  @Override
  public byte[] toBinary(Object o) {
    return o instanceof Committed event
        ? KvCodec.encode(event)
        : CheckpointCodec.encode((KeySpaceState) o);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return switch (manifest) {
      case KvCodec.EVENT_V2 -> KvCodec.decodeEvent(bytes);
      case KvCodec.EVENT_V1 -> KvCodec.decodeEventV1(bytes);
      case CheckpointCodec.CHECKPOINT_V2 -> CheckpointCodec.decode(bytes);
      case CheckpointCodec.CHECKPOINT_V1 -> CheckpointCodec.decodeV1(bytes);
      default ->
          throw new NotSerializableException(
              "unknown form " + manifest + ": it was written by a newer version of Flotilla");
    };
  }
}
