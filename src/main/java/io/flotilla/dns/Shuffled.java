package io.flotilla.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;

/** A list in random order, put in order only as far as it is read. */
final class Shuffled<T> implements Iterator<T> {
  private final List<T> items;
  private final RandomGenerator random;
  private int next;

  private Shuffled(List<T> items, RandomGenerator random) {
    this.items = items;
    this.random = random;
  }

  static <T> Shuffled<T> of(List<T> items, RandomGenerator random) {
    return new Shuffled<>(new ArrayList<>(items), random);
  }

  @Override
  public boolean hasNext() {
    return next < items.size();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Collections.swap(items, next, next + random.nextInt(items.size() - next));
    return items.get(next++);
  }

  List<T> first(int most) {
    List<T> first = new ArrayList<>();
    while (first.size() < most && hasNext()) {
      first.add(next());
    }
    return first;
  }
}
