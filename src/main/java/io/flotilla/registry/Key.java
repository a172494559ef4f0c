package io.flotilla.registry;

import java.util.Comparator;

/** Of a service or a check: its id is unique on its node. */
public record Key(String node, String id) implements Comparable<Key> {
  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::node).thenComparing(Key::id);

  @Override
  public int compareTo(Key other) {
    return ORDER.compare(this, other);
  }
}
