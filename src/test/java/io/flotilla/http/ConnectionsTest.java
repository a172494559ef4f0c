package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final Duration FAREWELL = Duration.ofMillis(300);

  private final Connections connections =
      new Connections(
          new Budget("connections", 10 * Connections.CONNECTION_BYTES), TestServer.UNLIMITED);

  /** Notes what it is told. */
  private static final class Told implements Connections.Connection {
    @Override
    public String client() {
      return client;
    }

    private final String client;
    private final List<String> told = new ArrayList<>();

    Told(String client) {
      this.client = client;
    }

    @Override
    public void close() {
      told.add("close");
    }

    @Override
    public void end(Duration farewell) {
      told.add("end after " + farewell.toMillis());
    }

    @Override
    public void giveUp() {
      told.add("give up");
    }

    @Override
    public boolean isUnfinished() {
      return false;
    }
  }

  /** It may have been accepted before the port was closed, and then wait for its event loop. */
  @Test
  void one_that_comes_while_the_node_ends_is_told_as_the_others_are() {
    Told before = new Told("10.0.0.1");
    Told late = new Told("10.0.0.1");
    connections.opened(before);
    CompletionStage<?> ended = connections.end(FAREWELL, TestPatience.PATIENCE);
    connections.opened(late);
    assertThat(before.told).containsExactly("end after 300");
    assertThat(late.told).containsExactly("end after 300");
    connections.closed(before);
    assertThat(ended.toCompletableFuture()).isNotDone();
    connections.closed(late);
    assertThat(ended.toCompletableFuture()).isDone();
  }
}
