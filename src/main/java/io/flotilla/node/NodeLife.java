package io.flotilla.node;

import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.remote.artery.tcp.SSLEngineProviderSetup;
import ch.qos.logback.classic.LoggerContext;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.flotilla.cluster.Entrance;
import io.flotilla.journal.Halt;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.logging.LogFormat;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node from its start to its end. One that has lost its seat (after a long pause, say) starts
 * again by itself, in the same process; one that an operator removed ends.
 */
public final class NodeLife {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLife.class);

  /** Reasons that end the node for good, unlike having lost its seat in the cluster. */
  enum Failed implements CoordinatedShutdown.Reason {
    TO_START(1),
    BY_SETTINGS(2),
    AND_HALTED(Halt.EXIT_CODE);

    private final int exitCode;

    Failed(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  private final Settings settings;

  /** Whether the process is this node's alone, and may end with it. */
  private final boolean owner;

  private volatile Overview overview;

  // Guarded by this.
  private ActorSystem<Void> system;
  private boolean stopped;
  private String halted;

  private NodeLife(Settings settings, boolean owner) {
    this.settings = settings;
    this.owner = owner;
  }

  /**
   * Runs a node, whose process this is, until it is asked to end, and returns the exit code: 0
   * after an orderly end, 1 if it could not start, 2 if its settings are wrong.
   */
  public static int run(Config config) {
    try {
      LogFormat.use(
          config.getString("flotilla.logging.format"),
          (LoggerContext) LoggerFactory.getILoggerFactory());
      return new NodeLife(Settings.of(config, FlotillaNode.CLOCK), true).run();
    } catch (ConfigException | IllegalArgumentException | TlsException e) {
      LOG.error("{}", e.getMessage());
      return Failed.BY_SETTINGS.exitCode;
    }
  }

  /**
   * A node that is to run in a process which is not its own.
   *
   * @throws ConfigException if a setting is wrong
   * @throws TlsException if its certificates are
   */
  public static NodeLife within(Config config) {
    return new NodeLife(Settings.of(config, FlotillaNode.CLOCK), false);
  }

  /** {@return where it serves HTTP, as {@code host:port}} */
  public String httpAddress() {
    return settings.http().host() + ":" + settings.http().port();
  }

  /** Runs until it is asked to end, or has failed; returns the exit code. For one use. */
  public int run() {
    try (Tls.Watching certificates = settings.tls().map(Tls::watch).orElse(null)) {
      return runUntilEnded();
    }
  }

  private int runUntilEnded() {
    while (true) {
      CoordinatedShutdown.Reason reason = runOnce();
      if (reason instanceof Failed failed) {
        return failed.exitCode;
      } else if (!(reason instanceof Entrance.Rejoin
          || reason instanceof CoordinatedShutdown.ClusterDowningReason$)) {
        return 0;
      }
      LOG.warn("Starting this node again, to rejoin");
    }
  }

  private CoordinatedShutdown.Reason runOnce() {
    ActorSystem<Void> current;
    synchronized (this) {
      if (stopped) {
        return CoordinatedShutdown.unknownReason();
      }
      Optional<ArteryTls> artery = settings.tls().map(ArteryTls::new);
      current =
          ActorSystem.create(
              Behaviors.setup(
                  context -> {
                    FlotillaNode.startOrEnd(context, settings, artery, found -> overview = found);
                    return Behaviors.empty();
                  }),
              "flotilla",
              setup(artery));
      system = current;
    }
    current.getWhenTerminated().toCompletableFuture().join();
    overview = null;
    return CoordinatedShutdown.get(current)
        .getShutdownReason()
        .orElse(CoordinatedShutdown.unknownReason());
  }

  private ActorSystemSetup setup(Optional<ArteryTls> artery) {
    ActorSystemSetup setup = ActorSystemSetup.create(BootstrapSetup.create(settings.akka()));
    if (!owner) {
      setup = setup.withSetup(new Halt.HaltSetup(this::halt));
    }
    if (artery.isPresent()) {
      setup =
          setup
              .withSetup(new ReplicatedLog.TlsSetup(settings.tls().orElseThrow()))
              .withSetup(SSLEngineProviderSetup.create(s -> artery.get()));
    }
    return setup;
  }

  /** Instead of the process: this node alone ends. */
  private void halt(String message) {
    LOG.error("{}", message);
    end(Failed.AND_HALTED, message);
  }

  /** Begins to end the node, in order. Idempotent. */
  public void stop() {
    end(CoordinatedShutdown.actorSystemTerminateReason(), null);
  }

  private synchronized void end(CoordinatedShutdown.Reason reason, String why) {
    stopped = true;
    halted = halted == null ? why : halted;
    if (system != null) {
      CoordinatedShutdown.get(system).runAll(reason);
    }
  }

  /** {@return why it has halted by itself, as a sentence; empty if it has not} */
  public synchronized Optional<String> halted() {
    return Optional.ofNullable(halted);
  }

  /** {@return what it waits for before it can serve requests; empty if nothing} */
  public CompletionStage<Optional<String>> notReady() {
    Overview current = overview;
    return current == null
        ? CompletableFuture.completedFuture(Optional.of("it is starting"))
        : current.notReady();
  }
}
