package io.flotilla.journal;

import akka.actor.ActorSystem;
import akka.actor.setup.Setup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when its copy of the log can no longer be trusted: a member that stays alive
 * without its log is worse than none. The others take over; a supervisor restarts it.
 */
@FunctionalInterface
public interface Halt {
  /** Exit code of a halted process. */
  int EXIT_CODE = 70;

  /** {@code message} says what happened and what to do. */
  void halt(String message);

  /** Passed when creating an actor system, to observe halts instead of ending the process. */
  final class HaltSetup extends Setup {
    private final Halt halt;

    public HaltSetup(Halt halt) {
      this.halt = halt;
    }
  }

  static Halt of(ActorSystem system) {
    return system.settings().setup().get(HaltSetup.class).map(s -> s.halt).orElse(Halt::exit);
  }

  private static void exit(String message) {
    Logger logger = LoggerFactory.getLogger(Halt.class);
    logger.error("{}", message);
    // Not System.exit: its shutdown hooks would wait for the very log that has failed.
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
