package io.flotilla.http;

import akka.util.ByteString;
import io.flotilla.topic.Position;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Messages of a topic as server-sent events. */
public final class TopicEvents {
  private static final byte[] MESSAGE = "event: message\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BASE64 = "event: base64\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private TopicEvents() {}

  /**
   * @param after the place of the message before the first one
   */
  public static ByteString encode(Position after, List<byte[]> messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128 * messages.size());
    Position id = after;
    for (byte[] message : messages) {
      id = id.next();
      out.writeBytes(("id: " + id + "\n").getBytes(StandardCharsets.US_ASCII));
      if (isText(message)) {
        out.writeBytes(MESSAGE);
        lines(message, out);
      } else {
        out.writeBytes(BASE64);
        out.writeBytes(DATA);
        out.writeBytes(Base64.getEncoder().encode(message));
        out.write('\n');
      }
      out.write('\n');
    }
    return ByteString.fromArrayUnsafe(out.toByteArray());
  }

  /** Whether the bytes survive being sent as lines of UTF-8: a carriage return would end a line. */
  private static boolean isText(byte[] message) {
    for (byte b : message) {
      if (b == '\r' || b == 0) {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Writes each line as a line of data; the receiver joins them with line feeds. */
  private static void lines(byte[] message, ByteArrayOutputStream out) {
    int start = 0;
    for (int i = 0; i <= message.length; i++) {
      if (i == message.length || message[i] == '\n') {
        out.writeBytes(DATA);
        out.write(message, start, i - start);
        out.write('\n');
        start = i + 1;
      }
    }
  }
}
