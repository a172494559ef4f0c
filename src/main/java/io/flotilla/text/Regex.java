package io.flotilla.text;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression from a client, in the syntax of Go's. It takes time in proportion to the
 * text and to its own size, which is limited.
 */
public final class Regex {
  private static final int MAX_CHARS = 512;

  /** In steps of the machine that it becomes: {@code \\pL{100}} has 100 and a few. */
  private static final int MAX_SIZE = 1_000;

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws IllegalArgumentException if it isn't one, or is too large
   */
  public static Regex of(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "the regular expression has more than " + MAX_CHARS + " characters");
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > MAX_SIZE) {
        throw new IllegalArgumentException("the regular expression repeats too much");
      }
      return new Regex(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage());
    }
  }

  /** Whether it matches a part of the text. */
  public boolean finds(String text) {
    return pattern.matcher(text).find();
  }

  /** At most how many steps it takes to find it. */
  public long cost(String text) {
    return (long) pattern.programSize() * (text.length() + 1);
  }
}
