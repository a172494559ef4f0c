package io.flotilla.topic;

import java.util.Optional;

/**
 * A place in a topic, written {@code <epoch>-<sequence>}: the id of a message, and the place after
 * it. The epoch identifies the topic's incarnation. An incarnation knows nothing of its
 * predecessors' messages, so places of different epochs can't be compared.
 *
 * @param sequence from 1; 0 is the place before the first message
 */
public record Position(String epoch, long sequence) {
  private static final int MAX_EPOCH_CHARS = 32;

  /** Any number of this many digits fits a long. */
  private static final int MAX_DIGITS = 18;

  /** Empty if the text isn't a position. */
  public static Optional<Position> parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 1 || dash > MAX_EPOCH_CHARS || text.length() > dash + 1 + MAX_DIGITS) {
      return Optional.empty();
    }
    String epoch = text.substring(0, dash);
    String number = text.substring(dash + 1);
    boolean well =
        epoch.chars().allMatch(c -> isDigit(c) || c >= 'a' && c <= 'z')
            && !number.isEmpty()
            && number.chars().allMatch(Position::isDigit);
    return well ? Optional.of(new Position(epoch, Long.parseLong(number))) : Optional.empty();
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  public Position next() {
    return plus(1);
  }

  Position plus(long messages) {
    return new Position(epoch, sequence + messages);
  }

  /** Whether this is in the same epoch as the other and not behind it. */
  boolean reaches(Position other) {
    return epoch.equals(other.epoch) && sequence >= other.sequence;
  }

  @Override
  public String toString() {
    return epoch + "-" + sequence;
  }
}
