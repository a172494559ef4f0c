package io.flotilla.journal;

import akka.serialization.Serialization;
import akka.serialization.Serializer;
import akka.serialization.Serializers;

/**
 * An object as Akka's serialization writes it, with what is needed to read it again: serializer
 * id(4), manifest, bytes. No class name is stored, unless the serializer's manifest is one.
 */
final class Payload {
  private Payload() {}

  static byte[] encode(Object value, Serialization serialization) {
    Serializer serializer = serialization.findSerializerFor(value);
    byte[] bytes = serialization.serialize(value).get();
    String manifest = Serializers.manifestFor(serializer, value);
    return new ByteWriter(bytes.length + manifest.length() + 16)
        .writeInt(serializer.identifier())
        .writeString(manifest)
        .writeBytes(bytes)
        .toBytes();
  }

  static Object decode(byte[] encoded, Serialization serialization) {
    ByteReader in = new ByteReader(encoded, "payload");
    int serializer = in.readInt();
    String manifest = in.readString();
    return serialization.deserialize(in.readBytes(), serializer, manifest).get();
  }
}
