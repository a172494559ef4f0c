package io.flotilla.kv;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import org.pcollections.TreePMap;

/** Values in the order of their keys, as the library takes them to make a tree in one go. */
final class Ascending<V> extends AbstractMap<String, V> implements SortedMap<String, V> {
  private final List<V> values;
  private final Function<V, String> key;

  private Ascending(List<V> values, Function<V, String> key) {
    this.values = values;
    this.key = key;
  }

  /**
   * @param values one for each key; sorted here, which takes no time if they are already
   */
  static <V> TreePMap<String, V> tree(List<V> values, Function<V, String> key) {
    values.sort(Comparator.comparing(key, KeyOrder.BY_CODE_POINT));
    return TreePMap.fromSortedMap(new Ascending<>(values, key));
  }

  @Override
  public Comparator<? super String> comparator() {
    return KeyOrder.BY_CODE_POINT;
  }

  @Override
  public Set<Map.Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, V>> iterator() {
        return values.stream().map(v -> Map.entry(key.apply(v), v)).iterator();
      }

      @Override
      public int size() {
        return values.size();
      }
    };
  }

  @Override
  public String firstKey() {
    return key.apply(values.get(0));
  }

  @Override
  public String lastKey() {
    return key.apply(values.get(values.size() - 1));
  }

  @Override
  public SortedMap<String, V> subMap(String from, String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedMap<String, V> headMap(String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedMap<String, V> tailMap(String from) {
    throw new UnsupportedOperationException();
  }
}
