package io.flotilla.journal;

import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.Wire;

/**
 * Reads data that the log may use only if it knows every field: a member that skipped one would
 * diverge from the others, or lose the field at the next checkpoint.
 */
final class Exact {
  private Exact() {}

  /**
   * @param what names the data in error messages
   */
  static <T> T read(Class<T> type, byte[] bytes, String what) {
    try {
      return Wire.PLAIN.read(type, bytes, unknownIn(what));
    } catch (UnreadableException e) {
      throw corrupt(what, e);
    }
  }

  static Runnable unknownIn(String what) {
    return () -> {
      throw new CorruptDataException(
          what + " has fields that only a newer version of Flotilla knows");
    };
  }

  static CorruptDataException corrupt(String what, UnreadableException e) {
    return new CorruptDataException(what + ": " + e.getMessage());
  }
}
