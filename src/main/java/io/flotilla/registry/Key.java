package io.flotilla.registry;

/** Names a service or a check, whose id is unique on its node. */
public record Key(String node, String id) implements Comparable<Key> {
  @Override
  public int compareTo(Key other) {
    int order = node.compareTo(other.node);
    return order != 0 ? order : id.compareTo(other.id);
  }
}
