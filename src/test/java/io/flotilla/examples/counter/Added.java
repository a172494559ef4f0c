package io.flotilla.examples.counter;

import io.flotilla.entity.Fact;

/**
 * The change: something was added to a counter. It is a fact, stored for good; to apply it again
 * needs no decision.
 *
 * @param by may be negative
 */
public record Added(long index, String name, long by) implements Fact {
  @Override
  public long bytes() {
    return 64 + name.length();
  }
}
