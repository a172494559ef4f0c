package io.flotilla.journal;

import akka.actor.ActorSystem;
import akka.persistence.journal.JournalSpec$;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The nodes that a TCK runs against; it knows only one of them. */
final class TckCluster {
  private final LogCluster cluster;
  private final String id;

  TckCluster(int size) {
    try {
      Path directory = Files.createTempDirectory("flotilla-tck");
      cluster = new LogCluster(directory, size, "tck", config());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster.startAll();
    // The TCK's node forwards, where there is another to lead.
    id = size == 1 ? cluster.leader() : cluster.follower();
  }

  static Config config() {
    return ConfigFactory.parseString(
            "flotilla.journal.prune = off, akka.loggers = [akka.testkit.TestEventListener]")
        .withFallback(JournalSpec$.MODULE$.config());
  }

  ActorSystem system() {
    return cluster.system(id);
  }

  void close() {
    cluster.close();
  }
}
