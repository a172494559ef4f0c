package io.flotilla.lab.lesson;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Folded states are never changed, only replaced; these make the changed copies. */
final class Folds {
  private Folds() {}

  static <K, V> SortedMap<K, V> plus(SortedMap<K, V> map, K key, V value) {
    SortedMap<K, V> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }

  static <K, V> SortedMap<K, V> minus(SortedMap<K, V> map, K key) {
    SortedMap<K, V> copy = new TreeMap<>(map);
    copy.remove(key);
    return copy;
  }

  static <E> SortedSet<E> plus(SortedSet<E> set, E element) {
    SortedSet<E> copy = new TreeSet<>(set);
    copy.add(element);
    return copy;
  }

  static <E> SortedSet<E> minus(SortedSet<E> set, E element) {
    SortedSet<E> copy = new TreeSet<>(set);
    copy.remove(element);
    return copy;
  }
}
