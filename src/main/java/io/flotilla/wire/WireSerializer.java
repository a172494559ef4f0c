package io.flotilla.wire;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Serializes messages for Akka with {@link Wire}; the manifest is the message's name. */
public final class WireSerializer extends SerializerWithStringManifest {
  /** The manifest of {@link Parts}. */
  private static final String PARTS = "parts";

  public static final int IDENTIFIER = 850_005;

  private final ExtendedActorSystem system;
  private final Wire wire;

  public WireSerializer(ExtendedActorSystem system) {
    this.system = system;
    Wire.Text<ActorRef<Object>> text =
        new Wire.Text<>(
            actor -> actors().toSerializationFormat(actor), name -> actors().resolveActorRef(name));
    this.wire = new Wire(Map.of(ActorRef.class, text));
  }

  /** Looked up on use: serializers are created before the system is ready. */
  private ActorRefResolver actors() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }

  /** Stored with each event: must never change. */
  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  /** Whether {@link Parts} were stored that way: their bytes as they are. */
  public static boolean isOfParts(int identifier, String manifest) {
    return identifier == IDENTIFIER && manifest.equals(PARTS);
  }

  @Override
  public String manifest(Object message) {
    return message instanceof Parts ? PARTS : wire.name(message);
  }

  @Override
  public byte[] toBinary(Object message) {
    return message instanceof Parts parts ? parts.bytes() : wire.write(message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String name) {
    if (name.equals(PARTS)) {
      return new Parts(bytes);
    }
    AtomicBoolean whole = new AtomicBoolean(true);
    Object message = wire.read(name, bytes, () -> whole.set(false));
    return whole.get() || !(message instanceof StoredMessage) ? message : new Partial(message);
  }
}
