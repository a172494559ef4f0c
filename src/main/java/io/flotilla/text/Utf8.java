package io.flotilla.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;

/** Text of so many bytes. */
public final class Utf8 {
  private Utf8() {}

  /** The beginning of a text, with so many bytes at most. No character is split. */
  public static String beginning(String text, int bytes) {
    byte[] all = text.getBytes(UTF_8);
    return all.length <= bytes ? text : beginning(all, bytes);
  }

  /** The same of bytes; what isn't UTF-8 is replaced. */
  public static String beginning(byte[] all, int bytes) {
    ByteBuffer some = ByteBuffer.wrap(all, 0, Math.min(all.length, bytes));
    CharBuffer text = CharBuffer.allocate(some.remaining());
    boolean more = true; // so that a last character that isn't whole is left out
    UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE).decode(some, text, !more);
    return text.flip().toString();
  }
}
