package io.flotilla.lab.mutation;

/**
 * One wrong place in an algorithm's source: its text from {@code start} to {@code end} is replaced.
 *
 * @param file the name of the class
 * @param change what is done to it, in a few words
 * @param line the line that it is on, or begins on
 * @param nth which of the equal changes of equal lines of the file it is, from 1
 */
record Rewrite(
    String file, String change, String line, int nth, int start, int end, String replacement) {

  String applyTo(String source) {
    return source.substring(0, start) + replacement + source.substring(end);
  }

  /** What stays the same as long as the line does. */
  String id() {
    return file + " | " + change + (nth > 1 ? " #" + nth : "") + " | " + line;
  }
}
