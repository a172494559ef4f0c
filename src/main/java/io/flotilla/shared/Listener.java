package io.flotilla.shared;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told something by an actor that it shares with others. */
public interface Listener {
  /** What it listened to is no more, and nothing follows: it may listen anew from where it was. */
  void lost();

  /**
   * Tells a listener something. Its failure is its own: it must not reach the others.
   *
   * @return whether it listens on
   */
  static <L extends Listener> boolean tell(L listener, Consumer<L> what) {
    try {
      what.accept(listener);
      return true;
    } catch (RuntimeException e) {
      Logger log = LoggerFactory.getLogger(Listener.class);
      log.warn("A listener failed and is told nothing more", e);
      lose(listener, log);
      return false;
    }
  }

  private static void lose(Listener listener, Logger log) {
    try {
      listener.lost();
    } catch (RuntimeException e) {
      log.debug("It failed at that, too", e);
    }
  }

  /** It hears nothing more; see {@link #lost}. */
  static void lose(Listener listener) {
    lose(listener, LoggerFactory.getLogger(Listener.class));
  }
}
