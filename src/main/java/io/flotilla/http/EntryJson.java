package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.kv.Entry;
import java.io.IOException;
import java.math.BigInteger;

/** A key with its value in Consul's form: no Session when unlocked, null for an empty value. */
final class EntryJson {
  private EntryJson() {}

  static void write(JsonGenerator json, Entry entry) throws IOException {
    json.writeStartObject();
    json.writeNumberField("LockIndex", entry.lockIndex());
    json.writeStringField("Key", entry.key());
    writeUnsigned(json, "Flags", entry.flags());
    if (entry.value().length == 0) {
      json.writeNullField("Value");
    } else {
      json.writeBinaryField("Value", entry.value());
    }
    if (entry.session() != null) {
      json.writeStringField("Session", entry.session());
    }
    json.writeNumberField("CreateIndex", entry.createIndex());
    json.writeNumberField("ModifyIndex", entry.modifyIndex());
    json.writeEndObject();
  }

  static void writeUnsigned(JsonGenerator json, String name, long value) throws IOException {
    json.writeFieldName(name);
    if (value >= 0) {
      json.writeNumber(value);
    } else {
      json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    }
  }
}
