package io.flotilla.registry;

/** Of a service or a check: its id is unique on its node. */
public record Key(String node, String id) implements Comparable<Key> {
  @Override
  public int compareTo(Key other) {
    int order = node.compareTo(other.node);
    return order != 0 ? order : id.compareTo(other.id);
  }
}
