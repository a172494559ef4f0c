package io.flotilla.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * A duration as Go's programs write it: {@code 10s}, {@code 1m30s}, {@code 1.5h}, {@code 250ms}.
 * The only parser of durations from outside.
 */
public final class GoDuration {
  /** More than anyone writes on purpose, and few enough to parse at no cost. */
  private static final int MAX_CHARS = 64;

  private static final BigDecimal LONGEST =
      BigDecimal.valueOf(Duration.ofDays(3650).toNanos()); // fits a long

  private final String text;
  private int at;

  private GoDuration(String text) {
    this.text = text;
  }

  /** Returns empty if the text is not a duration, or is longer than ten years. */
  public static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO); // the only one without a unit
    }
    return text.isEmpty() || text.length() > MAX_CHARS
        ? Optional.empty()
        : new GoDuration(text).whole();
  }

  /**
   * As Go prints it, to the millisecond: {@code 1m30s}, {@code 1.5s}, {@code 250ms}, {@code 0s}.
   */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis != 0 && millis < 1_000) {
      return millis + "ms";
    }
    String seconds =
        BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros().toPlainString() + "s";
    long minutes = millis / 60_000;
    if (minutes == 0) {
      return seconds;
    }
    return (minutes < 60 ? "" : minutes / 60 + "h") + minutes % 60 + "m" + seconds;
  }

  private Optional<Duration> whole() {
    BigDecimal nanos = BigDecimal.ZERO;
    while (at < text.length()) {
      BigDecimal number = number();
      BigDecimal unit = unitNanos();
      if (number == null || unit == null) {
        return Optional.empty();
      }
      nanos = nanos.add(number.multiply(unit));
    }
    return nanos.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  /** Digits, optionally with a decimal part; else null. */
  private BigDecimal number() {
    int start = at;
    boolean known = digits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      known &= digits();
    }
    return known ? new BigDecimal(text.substring(start, at)) : null;
  }

  private boolean digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at > start;
  }

  private BigDecimal unitNanos() {
    int start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    return switch (text.substring(start, at)) {
      case "ns" -> BigDecimal.ONE;
      case "us", "µs", "μs" -> BigDecimal.valueOf(1_000L);
      case "ms" -> BigDecimal.valueOf(1_000_000L);
      case "s" -> BigDecimal.valueOf(1_000_000_000L);
      case "m" -> BigDecimal.valueOf(60_000_000_000L);
      case "h" -> BigDecimal.valueOf(3_600_000_000_000L);
      default -> null;
    };
  }
}
