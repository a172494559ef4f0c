package io.flotilla.cluster;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import java.util.List;

/** Actor systems that may join each other, in one process. */
final class ClusterSystem {
  private ClusterSystem() {}

  /** On a free loopback port. It stays up if it is downed. */
  static ActorSystem<Void> start(Behavior<Void> guardian) {
    return start(guardian, ConfigFactory.empty());
  }

  /**
   * @param config comes before the node's own
   */
  static ActorSystem<Void> start(Behavior<Void> guardian, Config config) {
    return ActorSystem.create(
        guardian,
        "flotilla",
        ConfigFactory.parseString(
                "akka.remote.artery.canonical { hostname = 127.0.0.1, port = "
                    + FreePorts.next()
                    + " }\nakka.cluster.jmx.multi-mbeans-in-same-jvm = on"
                    + "\nakka.cluster.run-coordinated-shutdown-when-down = off"
                    + "\nakka.coordinated-shutdown.run-by-jvm-shutdown-hook = off")
            .withFallback(config)
            .withFallback(ConfigFactory.load()));
  }

  static void end(List<ActorSystem<Void>> systems) {
    for (ActorSystem<Void> system : systems) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }
}
