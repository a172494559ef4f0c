package io.flotilla.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A token as it may stand anywhere in a request, perhaps percent-encoded, even more than once. */
record Secret(String text) {
  private static final int TIMES = 3;

  boolean isIn(String where) {
    if (text.isEmpty()) {
      return false;
    }
    String decoded = where;
    for (int i = 0; i < TIMES && decoded.indexOf('%') >= 0 && !decoded.contains(text); i++) {
      decoded = decoded(decoded);
    }
    return decoded.contains(text);
  }

  /** What is not an encoded byte stays as it is. */
  private static String decoded(String encoded) {
    byte[] from = encoded.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream to = new ByteArrayOutputStream(from.length);
    for (int i = 0; i < from.length; i++) {
      boolean isByte = from[i] == '%' && i + 2 < from.length && hex(from[i + 1]) >= 0;
      if (isByte && hex(from[i + 2]) >= 0) {
        to.write(hex(from[i + 1]) << 4 | hex(from[i + 2]));
        i += 2;
      } else {
        to.write(from[i]);
      }
    }
    return to.toString(StandardCharsets.UTF_8);
  }

  private static int hex(byte digit) {
    return Character.digit(digit, 16);
  }
}
