package io.flotilla.kv;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** Walks over sorted keys. */
final class Listing {
  private Listing() {}

  /** The values as long as their key starts with the prefix. */
  static <V> Iterator<V> whileUnder(Iterator<Map.Entry<String, V>> sorted, String prefix) {
    return new Iterator<>() {
      private Map.Entry<String, V> next = advance();

      private Map.Entry<String, V> advance() {
        if (!sorted.hasNext()) {
          return null;
        }
        Map.Entry<String, V> e = sorted.next();
        return e.getKey().startsWith(prefix) ? e : null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public V next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        V value = next.getValue();
        next = advance();
        return value;
      }
    };
  }

  /**
   * The folder that a key or prefix is in: {@code a/} for {@code a/b} and for {@code a/b/}; empty,
   * which is everything, for one without a folder.
   */
  static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/', path.length() - 2) + 1);
  }

  /** As {@link Folding} shows them. */
  static List<String> keys(Iterable<Entry> sorted, String prefix, String separator) {
    List<String> keys = new ArrayList<>();
    Folding folding = new Folding(prefix, separator);
    sorted.forEach(entry -> folding.add(entry.key(), keys));
    return keys;
  }
}
