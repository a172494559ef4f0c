package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.thirdparty.io.netty.bootstrap.Bootstrap;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelFuture;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelFutureListener;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInitializer;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelOption;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelPipeline;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.thirdparty.io.netty.channel.SimpleChannelInboundHandler;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufEncoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufVarint32FrameDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufVarint32LengthFieldPrepender;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandler;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.apache.ratis.util.IOUtils;
import org.apache.ratis.util.NettyUtils;

/**
 * A connection to another member's Raft server, in the form of Ratis's Netty transport. The other
 * side answers in the order of the questions.
 *
 * <p>Ratis's own connection can't be asked on its loop: each question takes a lock that is held, by
 * whoever closes the connection, until the loop has closed it. Here nothing waits for the loop, and
 * what is asked on the loop stays there.
 */
final class PeerConnection extends SimpleChannelInboundHandler<RaftNettyServerReplyProto> {
  private record Question(long callId, CompletableFuture<RaftNettyServerReplyProto> answer) {}

  /**
   * Who is spoken to.
   *
   * @param node which the certificate must name
   * @param tasks where signatures are made and checked
   */
  record Security(Tls tls, String node, Executor tasks) {}

  private final InetSocketAddress address;
  private final Security security;
  private final Terms terms;

  /** Not answered yet; only the loop looks at them. */
  private final Queue<Question> open = new ArrayDeque<>();

  private volatile Channel channel;
  private volatile boolean closed;

  private PeerConnection(InetSocketAddress address, Security security, Terms terms) {
    this.address = address;
    this.security = security;
    this.terms = terms;
  }

  /**
   * Blocks until the connection is there, for a limited time. It isn't waited for the other side to
   * say who it is: a paused process wouldn't. What is asked leaves once it has.
   *
   * @param security null: whoever answers is believed
   * @param terms that answers may name
   */
  static PeerConnection open(
      EventLoop loop, InetSocketAddress address, Security security, Terms terms)
      throws IOException {
    PeerConnection connection = new PeerConnection(address, security, terms);
    ChannelFuture attempt =
        new Bootstrap()
            .group(loop)
            .channel(NettyUtils.getSocketChannelClass(loop.parent()))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, OutgoingRpc.CONNECT_MILLIS)
            .handler(connection.initializer())
            .connect(address);
    try {
      attempt.await();
    } catch (InterruptedException e) {
      attempt.channel().close();
      Thread.currentThread().interrupt();
      throw IOUtils.toInterruptedIOException("Interrupted while connecting to " + address, e);
    }
    if (!attempt.isSuccess()) {
      throw IOUtils.asIOException(attempt.cause());
    }
    return connection;
  }

  private ChannelInitializer<Channel> initializer() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel opened) {
        channel = opened;
        ChannelPipeline pipeline = opened.pipeline();
        if (security != null) {
          pipeline.addLast(new SslHandler(security.tls().dialling(), false, security.tasks()));
        }
        pipeline.addLast(new ProtobufVarint32FrameDecoder());
        pipeline.addLast(new ProtobufDecoder(RaftNettyServerReplyProto.getDefaultInstance()));
        pipeline.addLast(new ProtobufVarint32LengthFieldPrepender());
        pipeline.addLast(new ProtobufEncoder());
        pipeline.addLast(PeerConnection.this);
      }
    };
  }

  boolean isOpen() {
    return !closed && channel.isActive();
  }

  /** Completes on the loop; the caller decides how long to wait, and closes the connection then. */
  CompletableFuture<RaftNettyServerReplyProto> ask(
      long callId, RaftNettyServerRequestProto request) {
    Question question = new Question(callId, new CompletableFuture<>());
    EventLoop loop = channel.eventLoop();
    if (loop.inEventLoop()) {
      send(question, request);
    } else {
      try {
        loop.execute(() -> send(question, request));
      } catch (RejectedExecutionException e) { // this server is being closed
        question.answer().completeExceptionally(closedException());
      }
    }
    return question.answer();
  }

  private void send(Question question, RaftNettyServerRequestProto request) {
    if (!isOpen()) {
      question.answer().completeExceptionally(closedException());
      return;
    }
    open.add(question);
    channel.writeAndFlush(request).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, RaftNettyServerReplyProto reply)
      throws IOException {
    Question question = open.peek();
    if (question == null || question.callId() != NettyRpcProxy.getCallId(reply)) {
      throw new IOException(address + " answers what wasn't asked");
    }
    terms.check(reply);
    IOException refusal = null;
    if (reply.hasExceptionReply()) {
      refusal = PeerQuestions.failure(reply.getExceptionReply());
    }
    open.remove(); // it has got an answer: whatever goes wrong before this fails it
    if (refusal == null) {
      question.answer().complete(reply);
    } else {
      question.answer().completeExceptionally(refusal);
    }
  }

  /** Called before anything is sent. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws SSLException {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      String node = Tls.peer(context.pipeline().get(SslHandler.class).engine().getSession());
      if (!node.equals(security.node())) {
        throw new SSLException("node " + node + " is there, and not " + security.node());
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(new IOException("The connection to " + address + " failed", cause));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(closedException());
  }

  private void end(IOException cause) {
    closed = true;
    for (Question question = open.poll(); question != null; question = open.poll()) {
      question.answer().completeExceptionally(cause);
    }
    channel.close(); // after that: it fails what hasn't left yet, for a lesser reason
  }

  private AlreadyClosedException closedException() {
    return new AlreadyClosedException("The connection to " + address + " is closed");
  }

  /** To be told of each failure: closes the connection if it is of no use any more. */
  void failed(Throwable failure) {
    // Interrupted is who waited for an answer that no longer matters, at the end of an election
    // say. The connection may be a dead one from before a cut, which no time-out would find.
    if (failure instanceof InterruptedIOException || IOUtils.shouldReconnect(failure)) {
      close();
    }
  }

  /** Doesn't wait for it; what isn't answered yet fails, on the loop. */
  void close() {
    closed = true;
    channel.close();
  }
}
