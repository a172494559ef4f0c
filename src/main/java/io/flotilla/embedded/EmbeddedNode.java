package io.flotilla.embedded;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.client.Flotilla;
import io.flotilla.node.NodeLife;
import java.net.MalformedURLException;
import java.net.URL;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A node inside this program: what {@code ./flotilla node} is as a process. It serves HTTP at its
 * address, for this program as for others.
 *
 * <pre>{@code
 * Config config = ConfigFactory.parseString("flotilla.node.data = /var/lib/app/flotilla");
 * try (EmbeddedNode node = EmbeddedNode.start(config);
 *     Flotilla flotilla = node.client()) {
 *   flotilla.kv().set("colour", "green").join();
 * }
 * }</pre>
 *
 * <p>It never ends the process. Thread-safe.
 */
public final class EmbeddedNode implements AutoCloseable {
  private static final Duration STARTING = Duration.ofMinutes(1);
  private static final long LOOK_MILLIS = 10;

  private final NodeLife life;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  private EmbeddedNode(NodeLife life) {
    this.life = life;
  }

  /**
   * Starts a node and waits, for a minute at most, until it serves requests.
   *
   * @param config settings that override the environment's and Flotilla's own. The program's {@code
   *     application.conf} and system properties don't count
   * @return the node
   * @throws ConfigException if a setting is wrong
   * @throws IllegalStateException if it can't start, or is not ready in time
   */
  public static EmbeddedNode start(Config config) {
    EmbeddedNode node = begin(config);
    try {
      node.awaitReady(STARTING);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /**
   * Begins to start a node. One of several has to wait for the others.
   *
   * @param config as in {@link #start}
   * @return the node, which may not be ready yet
   * @throws ConfigException if a setting is wrong
   */
  public static EmbeddedNode begin(Config config) {
    EmbeddedNode node =
        new EmbeddedNode(
            NodeLife.within(
                config
                    .withFallback(ConfigFactory.parseString("akka.cluster.jmx.enabled = off"))
                    .withFallback(defaults())
                    .resolve()));
    Thread thread = new Thread(node::run, "flotilla-node-" + node.address());
    thread.setDaemon(true);
    thread.start();
    return node;
  }

  /** Of the jar or directory that this class is from: the program may have files of these names. */
  private static Config defaults() {
    String self = "/" + EmbeddedNode.class.getName().replace('.', '/') + ".class";
    String url = EmbeddedNode.class.getResource(self).toString();
    try {
      URL own = new URL(url.substring(0, url.length() - self.length()) + "/application.conf");
      return ConfigFactory.parseURL(own).withFallback(ConfigFactory.defaultReference());
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try {
      ended.complete(life.run());
    } catch (Throwable e) {
      ended.completeExceptionally(e);
    }
  }

  /**
   * Waits until it serves requests.
   *
   * @param atMost how long
   * @throws IllegalStateException if it has ended, or is not ready in time; says why
   */
  public void awaitReady(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    Optional<String> missing;
    while ((missing = missing()).isPresent()) {
      if (ended.isDone()) {
        throw new IllegalStateException(
            life.halted().orElse("the node at " + address() + " can't start; its log says why"));
      } else if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("not ready after " + atMost + ": " + missing.get());
      }
      pause();
    }
  }

  private Optional<String> missing() {
    try {
      return life.notReady().toCompletableFuture().join();
    } catch (CompletionException e) {
      return Optional.of(String.valueOf(e.getCause()));
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** {@return where it serves HTTP, as {@code host:port}} */
  public String address() {
    return life.httpAddress();
  }

  /** {@return a client of this node, without a token, over plain HTTP; to be closed} */
  public Flotilla client() {
    return Flotilla.connect(address());
  }

  /**
   * {@return completes when the node has ended: because it was closed or removed, could not start,
   * or could not trust its log any longer, which it then says}
   */
  public CompletionStage<Optional<String>> ended() {
    return ended.thenApply(exitCode -> life.halted());
  }

  /** Ends the node in order, and waits until it has ended. */
  @Override
  public void close() {
    life.stop();
    ended.handle((exitCode, failure) -> exitCode).join();
  }
}
