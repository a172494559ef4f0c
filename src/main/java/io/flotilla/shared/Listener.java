package io.flotilla.shared;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of several listeners that an actor notifies. */
public interface Listener {
  /** What it listened to has ended, and nothing follows: it may resume listening where it was. */
  void lost();

  /**
   * Notifies a listener. If that fails, the others must not be affected.
   *
   * @return whether it is still listening
   */
  static <L extends Listener> boolean tell(L listener, Consumer<L> what) {
    try {
      what.accept(listener);
      return true;
    } catch (RuntimeException e) {
      Logger log = LoggerFactory.getLogger(Listener.class);
      log.warn("A listener failed and will not be notified again", e);
      lose(listener, log);
      return false;
    }
  }

  private static void lose(Listener listener, Logger log) {
    try {
      listener.lost();
    } catch (RuntimeException e) {
      log.debug("It failed at the end of listening, too", e);
    }
  }

  /** Notifies it that nothing follows; see {@link #lost}. */
  static void lose(Listener listener) {
    lose(listener, LoggerFactory.getLogger(Listener.class));
  }
}
