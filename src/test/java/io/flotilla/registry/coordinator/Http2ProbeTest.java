package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.reach.Ranges;
import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckKind;
import io.flotilla.registry.Status;
import io.flotilla.tls.TestCa;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks by gRPC, HTTP/2's ping and UDP, against servers on loopback. */
class Http2ProbeTest {
  private static final long LONG = TestPatience.MILLIS;

  private final EventLoopGroup serverLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final Probe probe =
      Probe.of(
          Targets.in(Ranges.of(com.typesafe.config.ConfigFactory.load().getConfig("flotilla"))),
          executor);

  @AfterEach
  void stop() {
    probe.end();
    serverLoops.shutdownGracefully();
    executor.shutdownNow();
  }

  private Outcome ask(CheckKind kind, boolean skipVerify, long timeoutMillis) {
    return probe
        .ask(
            new CheckDefinition(
                0, "", "", Map.of(), "", skipVerify, "", 1000, timeoutMillis, 1, 1, 0, kind))
        .toCompletableFuture()
        .join();
  }

  private Outcome grpc(String target) {
    return ask(new CheckKind.Grpc(target, false), false, LONG);
  }

  /** Serves "ok", and the server as a whole; "down" is not serving, and others are unknown. */
  private String server(Supplier<SSLEngine> tls) {
    Channel port =
        new ServerBootstrap()
            .group(serverLoops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(new SslHandler(tls.get()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer().build(),
                            new Http2MultiplexHandler(new HealthService()));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return "127.0.0.1:" + ((InetSocketAddress) port.localAddress()).getPort();
  }

  @io.netty.channel.ChannelHandler.Sharable
  private static final class HealthService extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame headers) {
        assertThat(headers.headers().path()).hasToString("/grpc.health.v1.Health/Check");
      } else if (frame instanceof Http2DataFrame data && data.isEndStream()) {
        byte[] request = ByteBufUtil.getBytes(data.content());
        String service = new String(request, StandardCharsets.UTF_8).substring(5);
        answer(context, service.isEmpty() ? "" : service.substring(2));
      }
      ReferenceCountUtil.release(frame);
    }

    private static void answer(ChannelHandlerContext context, String service) {
      Http2Headers head =
          new DefaultHttp2Headers().status("200").add("content-type", "application/grpc");
      context.write(new DefaultHttp2HeadersFrame(head));
      boolean known = service.isEmpty() || service.equals("ok") || service.equals("down");
      if (known) {
        ByteBuf body = Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 2, 8, 0});
        body.setByte(6, service.equals("down") ? 2 : 1);
        context.write(new DefaultHttp2DataFrame(body));
      }
      Http2Headers trailers = new DefaultHttp2Headers().add("grpc-status", known ? "0" : "5");
      context.writeAndFlush(new DefaultHttp2HeadersFrame(trailers, true));
    }
  }

  @Test
  void a_grpc_server_says_how_its_services_are() {
    String server = server(null);
    assertThat(grpc(server))
        .isEqualTo(new Outcome(Status.PASSING, "gRPC check " + server + ": success"));
    assertThat(grpc(server + "/ok").status()).isEqualTo(Status.PASSING);
    assertThat(grpc(server + "/down"))
        .isEqualTo(
            new Outcome(
                Status.CRITICAL, "gRPC check " + server + "/down: the service is not SERVING"));
    assertThat(grpc(server + "/other").output()).endsWith("gRPC status 5");
  }

  @Test
  void a_server_that_answers_a_ping_is_well() {
    String server = server(null);
    assertThat(ask(new CheckKind.H2Ping(server, false), false, LONG))
        .isEqualTo(new Outcome(Status.PASSING, "HTTP2 ping " + server + ": success"));
  }

  @Test
  void with_tls_only_who_is_trusted_is_asked(@TempDir Path files) {
    TestCa ca = new TestCa(files);
    Supplier<SSLEngine> engines = ca.tls("n1")::serving;
    String server =
        server(
            () -> {
              SSLEngine engine = engines.get();
              SSLParameters parameters = engine.getSSLParameters();
              parameters.setApplicationProtocols(new String[] {"h2"});
              engine.setSSLParameters(parameters);
              return engine;
            });
    assertThat(ask(new CheckKind.H2Ping(server, true), true, LONG))
        .isEqualTo(new Outcome(Status.PASSING, "HTTP2 ping " + server + ": success"));
    assertThat(ask(new CheckKind.Grpc(server, true), true, LONG).status())
        .isEqualTo(Status.PASSING);
    Outcome refused = ask(new CheckKind.H2Ping(server, true), false, LONG);
    assertThat(refused.status()).isEqualTo(Status.CRITICAL);
    assertThat(refused.output()).contains("certification path");
  }

  @Test
  void where_nobody_answers_in_http_2_the_check_fails_in_time() throws Exception {
    String nobody = "127.0.0.1:" + FreePorts.next();
    assertThat(grpc(nobody).status()).isEqualTo(Status.CRITICAL);
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String target = "127.0.0.1:" + silent.getLocalPort();
      Outcome late = ask(new CheckKind.H2Ping(target, false), false, 200);
      assertThat(late.status()).isEqualTo(Status.CRITICAL);
      assertThat(ask(new CheckKind.Grpc(target, false), false, 200).output()).contains("timed out");
    }
  }

  @Test
  void a_datagram_that_is_not_rejected_is_a_success() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String target = "127.0.0.1:" + socket.getLocalPort();
      assertThat(ask(new CheckKind.Udp(target), false, 50))
          .isEqualTo(new Outcome(Status.PASSING, "UDP connect " + target + ": Success"));
      socket.setSoTimeout((int) LONG);
      socket.receive(new DatagramPacket(new byte[8], 8));
    }
    Outcome rejected = ask(new CheckKind.Udp("127.0.0.1:" + FreePorts.next()), false, LONG);
    assertThat(rejected.status()).isEqualTo(Status.CRITICAL);
  }
}
