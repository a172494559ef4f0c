package io.flotilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;

/**
 * Netty's parser, within our limits. It goes on only while {@link Line} lets it: otherwise it would
 * make objects of everything that has arrived, which take many times as much memory.
 *
 * <p>It is stricter where two readers of the same bytes might disagree on where a request ends (RFC
 * 9112, 11.2): what Netty would put right, it refuses.
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** The method and the version besides the target. */
  private static final int MAX_LINE_BYTES = RequestTarget.MAX_LENGTH + 64;

  private static final int MAX_HEADERS = 64;

  /** Together. A header in many lines is joined line by line, which takes the square of this. */
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  /** Netty takes eight bytes behind a head with this for a body, whatever its length says. */
  private static final String OLD_WEBSOCKET = "Sec-WebSocket-Key1";

  private final Line line;

  RequestDecoder(Line line) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxChunkSize(Line.READ_BYTES)
            .setHeadersFactory(LIMITED)
            .setTrailersFactory(LIMITED));
    this.line = line;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (!line.admits()) {
      return;
    }
    int before = out.size();
    super.decode(context, bytes, out);
    if (out.size() > before) {
      line.used(bytes.readableBytes());
    }
  }

  /** Netty would also take tabs, and several spaces. */
  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    int end = start + length;
    if (!isOneSpace(line, start - 1) || end + 1 < line.length && !isOneSpace(line, end)) {
      throw RequestHead.malformed("Method, target and version are separated by one space.");
    }
    return super.splitSecondWordInitialLine(line, start, length);
  }

  private static boolean isOneSpace(byte[] line, int at) {
    return line[at] == ' ' && !isBlank(line[at - 1]) && !isBlank(line[at + 1]);
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /** Netty would also take other cases, and other numbers. */
  @Override
  protected HttpMessage createMessage(String[] line) throws Exception {
    if (!isVersion(line[2])) {
      throw RequestHead.malformed("The first line of a request ends with an HTTP version.");
    }
    return super.createMessage(line);
  }

  private static boolean isVersion(String text) {
    return text.length() == 8
        && text.startsWith("HTTP/")
        && isDigit(text.charAt(5))
        && text.charAt(6) == '.'
        && isDigit(text.charAt(7));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Netty would take away the length; {@link RequestHead} refuses it. */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {}

  private static final HttpHeadersFactory LIMITED =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return new Limited();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return new Limited();
        }
      };

  /** As they are read, since the memory that they take is more than their bytes. */
  private static final class Limited extends DefaultHttpHeaders {
    @Override
    public HttpHeaders add(CharSequence name, Object value) {
      if (size() >= MAX_HEADERS) {
        throw new TooLongHttpHeaderException("More than " + MAX_HEADERS + " headers");
      }
      String given = name.toString();
      if (isSingle(given) && contains(name)) {
        throw RequestHead.malformed("A request has one " + name + " at most.");
      } else if (given.equalsIgnoreCase(OLD_WEBSOCKET)) {
        throw RequestHead.malformed(name + " is not understood here.");
      }
      return super.add(name, value);
    }

    private static boolean isSingle(String name) {
      return name.equalsIgnoreCase("Content-Length")
          || name.equalsIgnoreCase("Transfer-Encoding")
          || name.equalsIgnoreCase("Host");
    }
  }
}
