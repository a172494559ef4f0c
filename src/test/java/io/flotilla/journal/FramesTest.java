package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.buffer.Unpooled;
import org.apache.ratis.thirdparty.io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new Frames());

  private void receive(int... bytes) {
    ByteBuf received = Unpooled.buffer();
    for (int b : bytes) {
      received.writeByte(b);
    }
    channel.writeInbound(received);
  }

  private void wait(int seconds) {
    channel.freezeTime();
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.checkException();
  }

  @Test
  void whoSendsHalfAQuestionIsNotWaitedForForEver() {
    channel.freezeTime();
    receive(3, 'a');
    wait(Frames.MOST_SECONDS - 1);
    receive('b');
    assertThatThrownBy(() -> wait(1)).hasMessageContaining("half a question");
  }

  @Test
  void whoSendsWholeOnesMaySendAsLongAsHeLikes() {
    channel.freezeTime();
    receive(1, 'a', 2);
    wait(Frames.MOST_SECONDS - 1);
    receive('a', 'b', 3, 'a');
    wait(Frames.MOST_SECONDS - 1);
    receive('b', 'c');
    wait(2 * Frames.MOST_SECONDS);
    assertThat(channel.inboundMessages()).hasSize(3);
  }

  @Test
  void whatIsNotReadAtTheMomentIsNotMissed() {
    channel.freezeTime();
    receive(3, 'a');
    channel.config().setAutoRead(false);
    wait(Frames.MOST_SECONDS);
    channel.config().setAutoRead(true);
    receive('b', 'c');
    wait(2 * Frames.MOST_SECONDS);
    assertThat(channel.inboundMessages()).hasSize(1);
  }
}
