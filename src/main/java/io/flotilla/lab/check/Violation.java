package io.flotilla.lab.check;

/**
 * A property that broke.
 *
 * @param property its name
 * @param what what is wrong
 * @param step after how many choices
 */
public record Violation(String property, String what, int step) {
  @Override
  public String toString() {
    return property + ": " + what + " (after " + step + " steps)";
  }
}
