package io.flotilla.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.function.Consumer;

/** Writes the answers of one connection, one after another. */
final class AnswerWriter {
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  /** A second buffer costs more than a copy of so little. */
  private static final int FEW_BYTES = 4096;

  /** Java copies what is offered to the network, however little of it the network takes. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final ActorSystem<?> system;
  private final AnswerHead heads;
  private final Loop loop;
  private final Channel channel;
  private final Line line;
  private final Pace pace;
  private final Consumer<Asked> done;

  /**
   * @param pace at which the client must take answers
   * @param done is told of each answer that is written
   */
  AnswerWriter(HttpPort.Service service, Loop loop, Line line, Pace pace, Consumer<Asked> done) {
    this.system = service.system();
    this.heads = service.heads();
    this.loop = loop;
    this.channel = loop.channel();
    this.line = line;
    this.pace = pace;
    this.done = done;
  }

  /** Asks the client for the body that it has announced. */
  void writeContinue() {
    write(Unpooled.wrappedBuffer(CONTINUE));
    channel.flush();
  }

  /**
   * Writes an answer, and flushes it if it is a stream.
   *
   * @param last whether no other answer follows
   */
  void write(Asked asked, boolean last) {
    HttpResponse answer = asked.answer;
    HttpEntity body = answer.entity();
    boolean whole = body.isStrict() || asked.isHead();
    boolean measured = whole || body.getContentLengthOption().isPresent();
    boolean chunked = !measured && !asked.isOld();
    asked.ends = last || AnswerHead.saysLast(answer) || !measured && !chunked;
    asked.client.kept().close();
    byte[] head = heads.of(answer, new AnswerHead.Form(chunked, asked.ends, asked.isOld()));
    if (whole) {
      write(head, data(asked, body)).addListener(written -> asked.client.close());
      done.accept(asked);
    } else {
      write(Unpooled.wrappedBuffer(head));
      channel.flush();
      stream(asked, chunked);
    }
  }

  private byte[] data(Asked asked, HttpEntity body) {
    if (!body.isStrict()) {
      body.getDataBytes().runWith(Sink.cancelled(), system);
      return NOTHING;
    }
    return asked.isHead() || !asked.answer.status().allowsEntity()
        ? NOTHING
        : ((HttpEntity.Strict) body).getData().toArrayUnsafe();
  }

  private ChannelFuture write(byte[] head, byte[] body) {
    if (body.length <= FEW_BYTES) {
      return write(Unpooled.buffer(head.length + body.length).writeBytes(head).writeBytes(body));
    }
    ChannelFuture written = write(Unpooled.wrappedBuffer(head));
    for (int from = 0; from < body.length; from += PIECE_BYTES) {
      int bytes = Math.min(PIECE_BYTES, body.length - from);
      written = write(Unpooled.wrappedBuffer(body, from, bytes));
    }
    return written;
  }

  private void stream(Asked asked, boolean chunked) {
    HttpEntity body = EventStream.until(asked.client.patience(), asked.answer).entity();
    Outgoing.Way way =
        new Outgoing.Way(
            loop,
            line,
            Answers.accountOf(asked.answer, asked.client),
            chunked,
            whole -> streamed(asked, whole));
    asked.outgoing = Outgoing.of(body, way, pace, system);
  }

  private void streamed(Asked asked, boolean whole) {
    if (whole) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> asked.client.close());
      done.accept(asked);
    } else {
      channel.close(); // so that the client doesn't take it for all there is
    }
  }

  private ChannelFuture write(ByteBuf bytes) {
    line.leaves(bytes.readableBytes());
    return channel.write(bytes);
  }
}
