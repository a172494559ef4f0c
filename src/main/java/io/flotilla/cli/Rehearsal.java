package io.flotilla.cli;

import io.flotilla.client.ClusterView;
import io.flotilla.client.Consistency;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.time.Duration;
import java.util.List;

/**
 * What a node of three does while its class archive is created: it sends itself the usual requests,
 * so that the archive holds the client's classes too, and load, if Java records profiles.
 */
final class Rehearsal {
  private static final String PROPERTY = "flotilla.rehearsal";

  /** In each role. */
  private static final Duration WORK = Duration.ofSeconds(10);

  private Rehearsal() {}

  /** Makes a node rehearse and end, with exit code 0 if every request was answered. */
  static String option(NodeSpec node) {
    return "-D" + PROPERTY + "=" + node.http();
  }

  /** Every node calls this; it does nothing unless the node is to rehearse. */
  static void playIfAsked() {
    String address = System.getProperty(PROPERTY);
    if (address != null) {
      Thread thread = new Thread(() -> System.exit(play(address) ? 0 : 1), "rehearsal");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Retries what was not answered: on a slow machine a node's first answers are late. */
  private static boolean play(String address) {
    if (!Readiness.await(address, ClassArchive.WITHIN)) {
      Screen.remark("rehearsal: the node at %s did not become ready", address);
      return false;
    }
    long end = System.nanoTime() + ClassArchive.WITHIN.toNanos();
    try (Flotilla flotilla = Flotilla.connect(address)) {
      while (true) {
        try {
          askInBothRoles(flotilla);
          return true;
        } catch (FlotillaException e) {
          Screen.remark("rehearsal: %s", e.getMessage());
          if (System.nanoTime() > end) {
            return false;
          }
          Readiness.pause(Duration.ofSeconds(1));
        }
      }
    }
  }

  /** While this node leads the log, and while it follows. */
  private static void askInBothRoles(Flotilla flotilla) {
    ClusterView view = Flotilla.await(flotilla.cluster().view());
    List<String> others =
        view.members().stream()
            .map(ClusterView.Member::id)
            .filter(id -> !id.equals(view.self()))
            .toList();
    for (String leader : List.of(view.self(), others.get(0))) {
      Flotilla.await(flotilla.cluster().transferLead(leader));
      askEverything(flotilla);
      if (ClassArchive.Form.best().holdsProfiles()) {
        work(flotilla);
      }
    }
  }

  /** The usual load, so that what is hot then is known to be. */
  private static void work(Flotilla flotilla) {
    Load load = new Load(flotilla.kv("load"), new Load.Shape(16, 75, 100, 1000, false));
    load.start();
    Readiness.pause(WORK);
    load.stop();
  }

  private static void askEverything(Flotilla flotilla) {
    for (int i = 0; i < 20; i++) {
      // In namespaces of which the other nodes own some.
      Flotilla.await(flotilla.kv("ns" + i % 5).set("k" + i, "v"));
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
  }
}
