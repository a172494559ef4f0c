package io.flotilla.cli;

import io.flotilla.text.GoDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 1m30s} and plain seconds. */
final class Times implements ITypeConverter<Duration> {
  private static final int MAX_DIGITS = 9;

  @Override
  public Duration convert(String text) {
    boolean seconds =
        !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return GoDuration.parse(seconds ? text + "s" : text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "\"" + text + "\" is not a duration; expected 500ms, 10s or 2m"));
  }
}
