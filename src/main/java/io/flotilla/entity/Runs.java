package io.flotilla.entity;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Cuts what a checkpoint holds into runs, each of which fits easily into one message. */
public final class Runs {
  private static final int ITEMS = 500;

  /** One item may exceed it. */
  private static final long BYTES = 256 * 1024;

  private Runs() {}

  /**
   * @param bytes roughly what an item occupies
   */
  public static <T> Stream<List<T>> of(Iterable<T> all, ToLongFunction<T> bytes) {
    Iterator<T> items = all.iterator();
    Iterator<List<T>> runs =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public List<T> next() {
            List<T> run = new ArrayList<>();
            for (long sum = 0; items.hasNext() && run.size() < ITEMS && sum < BYTES; ) {
              T item = items.next();
              run.add(item);
              sum += bytes.applyAsLong(item);
            }
            return run;
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(runs, Spliterator.ORDERED), false);
  }

  /** All of them, each item taken only when it is asked for; flatMap would take all of a stream. */
  public static <T> Stream<T> inTurn(List<Stream<T>> streams) {
    return streams.stream().reduce(Stream.empty(), Stream::concat);
  }
}
