package io.flotilla.journal;

import akka.serialization.Serialization;
import akka.serialization.Serializer;
import akka.serialization.Serializers;

/**
 * An object as written by Akka's serialization, with everything needed to read it back. No class
 * name is stored, unless the serializer's manifest is one.
 */
record Payload(int serializer, String manifest, byte[] bytes) {
  static Payload of(Object value, Serialization serialization) {
    Serializer serializer = serialization.findSerializerFor(value);
    String manifest = Serializers.manifestFor(serializer, value);
    return new Payload(serializer.identifier(), manifest, serialization.serialize(value).get());
  }

  Object value(Serialization serialization) {
    return serialization.deserialize(bytes, serializer, manifest).get();
  }
}
