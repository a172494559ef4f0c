package io.flotilla.client.cli;

import io.flotilla.client.Consistency;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.time.Duration;

/** The requests a node answers while its class archive is made: what nodes usually do. */
final class Rehearsal {
  private Rehearsal() {}

  /** Returns false if the node did not come to serve. */
  static boolean play(NodeSpec node, Duration within) {
    if (!Readiness.await(node, within)) {
      return false;
    }
    try (Flotilla flotilla = Flotilla.connect(node.http())) {
      for (int i = 0; i < 20; i++) {
        Flotilla.await(flotilla.kv().set("k" + i, "v"));
        Flotilla.await(flotilla.kv().compareAndSet("k" + i, new byte[0], 0));
        Flotilla.await(flotilla.kv().get("k" + i));
        Flotilla.await(flotilla.kv().with(Consistency.STALE).get("k" + i));
      }
      Flotilla.await(flotilla.kv().list("k"));
      Flotilla.await(flotilla.kv().keys("k", "/"));
      Flotilla.await(flotilla.kv().awaitChange("k1", 1, Duration.ofMillis(50)));
      Flotilla.await(flotilla.kv().delete("k1"));
      Flotilla.await(flotilla.cluster().view());
      return true;
    } catch (FlotillaException e) {
      return false;
    }
  }
}
