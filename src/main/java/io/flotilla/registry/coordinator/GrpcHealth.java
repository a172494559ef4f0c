package io.flotilla.registry.coordinator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * One call of {@code grpc.health.v1.Health/Check}
 * (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), as gRPC writes it in HTTP/2: a
 * message has five bytes in front, and how the call went stands in the trailers.
 */
final class GrpcHealth extends ChannelInboundHandlerAdapter {
  /** An answer has two bytes; more is none. */
  private static final int MAX_ANSWER_BYTES = 1024;

  /** Not compressed, and the length. */
  private static final int PREFIX_BYTES = 5;

  /** Field 1, text. */
  private static final int SERVICE_TAG = 0x0a;

  /** Field 1, a number. */
  private static final int STATUS_TAG = 0x08;

  private static final int SERVING = 1;

  private final CompletableFuture<Void> answer;
  private final ByteBuf received = Unpooled.buffer(16, MAX_ANSWER_BYTES);

  private GrpcHealth(CompletableFuture<Void> answer) {
    this.answer = answer;
  }

  /**
   * @param service empty: the server as a whole
   */
  static void ask(
      Channel connection, String server, String service, CompletableFuture<Void> answer) {
    connection
        .pipeline()
        .addLast(
            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()), new LastWord(answer));
    Future<? extends Channel> opening =
        new Http2StreamChannelBootstrap(connection).handler(new GrpcHealth(answer)).open();
    opening.addListener(
        done -> {
          if (done.isSuccess()) {
            Channel stream = opening.getNow();
            stream.write(new DefaultHttp2HeadersFrame(headers(connection, server)));
            stream.writeAndFlush(new DefaultHttp2DataFrame(request(service), true));
          } else {
            answer.completeExceptionally(done.cause());
          }
        });
  }

  private static Http2Headers headers(Channel connection, String server) {
    return new DefaultHttp2Headers()
        .method("POST")
        .scheme(connection.pipeline().get(SslHandler.class) == null ? "http" : "https")
        .authority(server)
        .path("/grpc.health.v1.Health/Check")
        .add("content-type", "application/grpc")
        .add("te", "trailers");
  }

  /** The service is the request's only field, and is left out if empty. */
  private static ByteBuf request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteBuf message = Unpooled.buffer();
    if (name.length > 0) {
      message.writeByte(SERVICE_TAG);
      int length = name.length;
      for (; length > 0x7f; length >>>= 7) { // as Protocol Buffers write numbers
        message.writeByte(length | 0x80);
      }
      message.writeByte(length).writeBytes(name);
    }
    return Unpooled.buffer().writeByte(0).writeInt(message.readableBytes()).writeBytes(message);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    if (frame instanceof Http2DataFrame data) {
      received.writeBytes(data.content());
    } else if (frame instanceof Http2HeadersFrame headers && headers.isEndStream()) {
      ended(headers.headers());
    }
    ReferenceCountUtil.release(frame);
  }

  private void ended(Http2Headers trailers) {
    CharSequence status = trailers.get("grpc-status");
    if (status == null || !"0".contentEquals(status)) {
      CharSequence message = trailers.get("grpc-message");
      fail("gRPC status " + status + (message == null ? "" : ": " + message));
    } else if (!isServing()) {
      fail("the service is not SERVING");
    } else {
      answer.complete(null);
    }
  }

  /** An answer without a status means that it isn't known. */
  private boolean isServing() {
    return received.readableBytes() >= PREFIX_BYTES + 2
        && received.getByte(PREFIX_BYTES) == STATUS_TAG
        && received.getByte(PREFIX_BYTES + 1) == SERVING;
  }

  private void fail(String why) {
    answer.completeExceptionally(new IllegalStateException(why));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answer.completeExceptionally(cause);
  }
}
