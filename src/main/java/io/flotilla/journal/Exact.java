package io.flotilla.journal;

import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.Wire;

/**
 * Reads what the log may only use if it knows all of it: a member that passed something over would
 * do something else than the others, or lose it at the next checkpoint.
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
