package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckKind;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Asks a service whether it is well. */
public interface Probe {
  /** Asks once. Never fails, and ends after the definition's timeout. */
  CompletionStage<Outcome> ask(CheckDefinition definition);

  /** Ends what it has running. */
  default void end() {}

  /**
   * A probe for all kinds of active checks.
   *
   * @param blocking looks up names
   */
  static Probe of(Targets targets, Executor blocking) {
    // Its thread starts when there is something to ask by HTTP/2 or UDP.
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("check-loop", true), NioIoHandler.newFactory());
    Probe http = new HttpProbe(targets, blocking);
    Probe tcp = new TcpProbe(targets, blocking);
    Probe http2 = new Http2Probe(targets, blocking, loops);
    Probe udp = new UdpProbe(targets, blocking, loops);
    return new Probe() {
      @Override
      public CompletionStage<Outcome> ask(CheckDefinition definition) {
        if (definition.kind() == null) {
          return (definition.http().isEmpty() ? tcp : http).ask(definition);
        }
        return (definition.kind() instanceof CheckKind.Udp ? udp : http2).ask(definition);
      }

      @Override
      public void end() {
        loops.shutdownGracefully();
      }
    };
  }
}
