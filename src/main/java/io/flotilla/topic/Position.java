package io.flotilla.topic;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a topic, written {@code <epoch>-<sequence>}: the id of a message, and the place after
 * it. The epoch is that of the topic's incarnation. A later one knows nothing of its predecessor's
 * messages, so places of different epochs can't be compared.
 *
 * @param sequence from 1; 0 is the place before the first message
 */
public record Position(String epoch, long sequence) {
  private static final Pattern FORM = Pattern.compile("([0-9a-z]{1,32})-(\\d{1,18})");

  /** Empty if the text is no position. */
  public static Optional<Position> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new Position(form.group(1), Long.parseLong(form.group(2))))
        : Optional.empty();
  }

  public Position next() {
    return plus(1);
  }

  Position plus(long messages) {
    return new Position(epoch, sequence + messages);
  }

  /** Whether it is of the same epoch and not behind the other. */
  boolean reaches(Position other) {
    return epoch.equals(other.epoch) && sequence >= other.sequence;
  }

  @Override
  public String toString() {
    return epoch + "-" + sequence;
  }
}
