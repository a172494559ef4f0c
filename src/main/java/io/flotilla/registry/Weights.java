package io.flotilla.registry;

/** How much of the traffic an instance gets compared with others, depending on its health. */
public record Weights(int passing, int warning) {
  public static final Weights EQUAL = new Weights(1, 1);
}
