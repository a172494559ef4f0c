package io.flotilla.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A path with its query, percent-encoded as it grows. */
final class UrlPath {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

  private final StringBuilder text;
  private char joint = '?';

  private UrlPath(StringBuilder text) {
    this.text = text;
  }

  /** The fixed part as it is, then a key, encoded except for its slashes. */
  static UrlPath of(String fixed, String key) {
    StringBuilder text = new StringBuilder(fixed);
    encode(key, text, true);
    return new UrlPath(text);
  }

  UrlPath add(String name) {
    text.append(joint).append(name);
    joint = '&';
    return this;
  }

  /** Adds nothing for null. */
  UrlPath addIf(String name) {
    return name == null ? this : add(name);
  }

  /** Adds nothing for a null value. */
  UrlPath add(String name, String value) {
    if (value == null) {
      return this;
    }
    add(name).text.append('=');
    encode(value, text, false);
    return this;
  }

  private static void encode(String from, StringBuilder to, boolean keepSlash) {
    ByteBuffer bytes = utf8(from);
    while (bytes.hasRemaining()) {
      char c = (char) (bytes.get() & 0xff);
      if (UNRESERVED.indexOf(c) >= 0 || (keepSlash && c == '/')) {
        to.append(c);
      } else {
        to.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
  }

  /** Half of a surrogate pair would become a question mark, and the key a different one. */
  private static ByteBuffer utf8(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half of a surrogate pair is no text", e);
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
