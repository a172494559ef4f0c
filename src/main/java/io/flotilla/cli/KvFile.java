package io.flotilla.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flotilla.client.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code kv export} and {@code kv import}, which is that of <a
 * href="https://developer.hashicorp.com/consul/commands/kv/export">{@code consul kv export}</a>: an
 * array of objects with key, flags and the value in Base64. What {@code GET /v1/kv/?recurse}
 * answers can be read too: it has the same fields, in capitals, and others.
 */
final class KvFile {
  private static final BigInteger MOST_FLAGS =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .build();

  private KvFile() {}

  /**
   * One key.
   *
   * @param key its whole name
   * @param flags an unsigned 64-bit number; null is 0
   * @param value null is empty
   */
  record Row(@JsonProperty(required = true) String key, BigInteger flags, byte[] value) {
    static Row of(Entry entry) {
      return new Row(
          entry.key(), new BigInteger(Long.toUnsignedString(entry.flags())), entry.value());
    }

    byte[] bytes() {
      return value == null ? new byte[0] : value;
    }

    long flagBits() {
      return flags == null ? 0 : flags.longValue();
    }
  }

  static void write(Collection<Entry> entries, OutputStream out) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, entries.stream().map(Row::of).toList());
  }

  /**
   * {@return the rows of a file, all of them checked; of several for one key, the last}
   *
   * @throws CliException if the text is not such a file; says where
   */
  static Collection<Row> read(byte[] json) throws IOException {
    List<Row> rows;
    try {
      rows = Arrays.asList(MAPPER.readValue(json, Row[].class));
    } catch (JsonProcessingException e) {
      throw new CliException(
          "not what kv export writes: %s, at line %d",
          e.getOriginalMessage(), e.getLocation() == null ? 1 : e.getLocation().getLineNr());
    }
    Map<String, Row> last = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row == null) {
        throw new CliException("not what kv export writes: null instead of a key's object");
      }
      if (row.key() == null || row.key().isEmpty()) {
        throw new CliException("not what kv export writes: an object without \"key\"");
      }
      BigInteger flags = row.flags();
      if (flags != null && (flags.signum() < 0 || flags.compareTo(MOST_FLAGS) > 0)) {
        throw new CliException(
            "\"%s\": flags must be from 0 to 2^64 - 1, not %s", row.key(), flags);
      }
      last.put(row.key(), row);
    }
    return last.values();
  }
}
