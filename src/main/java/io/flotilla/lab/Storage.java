package io.flotilla.lab;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The disk of one node: all that survives a crash. A value is durable once {@link #write} returns,
 * so a node may answer only after it has written what the answer promises.
 */
public interface Storage {

  <T> Optional<T> read(String key, Class<T> type);

  /** Keeps an immutable value; a later write of the same key replaces it. */
  void write(String key, Object value);

  /** A storage that lives as long as the object does. */
  static Storage inMemory() {
    SortedMap<String, Object> values = new TreeMap<>();
    return new Storage() {
      @Override
      public <T> Optional<T> read(String key, Class<T> type) {
        return Optional.ofNullable(values.get(key)).map(type::cast);
      }

      @Override
      public void write(String key, Object value) {
        values.put(key, value);
      }

      @Override
      public String toString() {
        return values.toString();
      }
    };
  }
}
