package io.flotilla.entity;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;

/** Gives Akka Persistence what is in its stored form already. */
public final class StoredSerializer extends SerializerWithStringManifest {

  public StoredSerializer(ExtendedActorSystem system) {}

  /** On disk together with each event: never to be changed. */
  @Override
  public int identifier() {
    return 850_004;
  }

  @Override
  public String manifest(Object o) {
    return ((Stored) o).form();
  }

  @Override
  public byte[] toBinary(Object o) {
    return ((Stored) o).bytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String form) {
    return new Stored(form, bytes);
  }
}
