package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckKind;
import io.flotilla.registry.Status;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Asks by HTTP/2: for the answer to a ping, or how a gRPC server says that it is. */
final class Http2Probe implements Probe {
  private final Targets targets;
  private final Executor blocking;
  private final Bootstrap connections;

  /**
   * @param blocking looks up host names
   */
  Http2Probe(Targets targets, Executor blocking, EventLoopGroup loops) {
    this.targets = targets;
    this.blocking = blocking;
    this.connections = new Bootstrap().group(loops).channel(NioSocketChannel.class);
  }

  /**
   * What is asked, and where.
   *
   * @param server {@code host:port}
   * @param service of a gRPC server; null: it is pinged
   */
  private record Question(String server, String service, boolean tls, boolean skipVerify) {
    static Question of(CheckDefinition d) {
      if (d.kind() instanceof CheckKind.H2Ping ping) {
        return new Question(ping.target(), null, ping.tls(), d.tlsSkipVerify());
      }
      CheckKind.Grpc grpc = (CheckKind.Grpc) d.kind();
      String[] parts = grpc.target().split("/", 2);
      String service = parts.length == 1 ? "" : parts[1];
      return new Question(parts[0], service, grpc.tls(), d.tlsSkipVerify());
    }

    String host() {
      String host = server.substring(0, server.lastIndexOf(':'));
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    String shown() {
      return service == null
          ? "HTTP2 ping " + server
          : "gRPC check " + server + (service.isEmpty() ? "" : "/" + service);
    }

    void ask(Channel connection, CompletableFuture<Void> answer) {
      if (service == null) {
        Http2Ping.ask(connection, answer);
      } else {
        GrpcHealth.ask(connection, server, service, answer);
      }
    }
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition definition) {
    Question question = Question.of(definition);
    return CompletableFuture.supplyAsync(
            () -> TcpProbe.address(targets, question.server()), blocking)
        .thenCompose(address -> answer(question, address, definition.timeoutMillis()))
        .handle(
            (done, failure) ->
                failure == null
                    ? new Outcome(Status.PASSING, question.shown() + ": success")
                    : Outcome.failed(question.shown(), failure));
  }

  private CompletableFuture<Void> answer(
      Question question, InetSocketAddress address, long timeoutMillis) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Channel connection = connect(question, address, answer).channel();
    return answer
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> connection.close());
  }

  private ChannelFuture connect(
      Question question, InetSocketAddress address, CompletableFuture<Void> answer) {
    ChannelInitializer<SocketChannel> initializer =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            if (question.tls()) {
              secure(question, channel, answer);
            } else {
              channel.pipeline().addLast(Http2FrameCodecBuilder.forClient().build());
            }
          }
        };
    ChannelFuture connecting = connections.clone().handler(initializer).connect(address);
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            answer.completeExceptionally(done.cause());
            return;
          }
          connecting.channel().closeFuture().addListener(closed -> closed(answer));
          if (!question.tls()) {
            question.ask(connecting.channel(), answer);
          }
        });
    return connecting;
  }

  private static void closed(CompletableFuture<Void> answer) {
    answer.completeExceptionally(new IllegalStateException("the server closed the connection"));
  }

  /** Asks when both sides have agreed on HTTP/2. */
  private static void secure(
      Question question, SocketChannel channel, CompletableFuture<Void> answer) {
    SslHandler tls = new SslHandler(Http2Tls.engine(question.host(), question.skipVerify()));
    channel.pipeline().addLast(tls, new LastWord(answer));
    tls.handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                answer.completeExceptionally(done.cause());
              } else if (!ApplicationProtocolNames.HTTP_2.equals(
                  tls.engine().getApplicationProtocol())) {
                answer.completeExceptionally(
                    new IllegalStateException("the server does not speak HTTP/2"));
              } else {
                channel.pipeline().addLast(Http2FrameCodecBuilder.forClient().build());
                question.ask(channel, answer);
              }
            });
  }
}
