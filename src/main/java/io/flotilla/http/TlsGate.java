package io.flotilla.http;

import io.flotilla.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Begins TLS with the first byte of a connection, so that an idle one costs little, and tells a
 * client that speaks plain HTTP that it should not.
 */
final class TlsGate extends ByteToMessageDecoder {
  private static final String PLAIN = "Client sent an HTTP request to an HTTPS server.\n";

  private final Supplier<SSLEngine> engines;

  TlsGate(Supplier<SSLEngine> engines) {
    this.engines = engines;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.getUnsignedByte(in.readerIndex()) == Tls.HANDSHAKE) {
      context.pipeline().replace(this, "tls", new SslHandler(engines.get()));
      return;
    }
    in.skipBytes(in.readableBytes());
    String answer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
            + PLAIN.length()
            + "\r\n"
            + ApiError.CODE
            + ": https-only\r\nConnection: close\r\n\r\n"
            + PLAIN;
    context
        .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
