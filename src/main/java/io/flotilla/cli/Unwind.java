package io.flotilla.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/** What must still be done when the process is asked to end (Ctrl-C, SIGTERM). */
final class Unwind implements AutoCloseable {
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread hook;
  private volatile Runnable first = () -> {};

  private Unwind(Runnable last) {
    this.hook =
        new Thread(
            () -> {
              if (over.compareAndSet(false, true)) {
                first.run();
                try {
                  last.run();
                } catch (RuntimeException e) {
                  Screen.remark("%s", "could not be given back: " + e.getMessage());
                }
              }
            });
  }

  static Unwind on(Runnable last) {
    Unwind unwind = new Unwind(last);
    Runtime.getRuntime().addShutdownHook(unwind.hook);
    return unwind;
  }

  void first(Runnable task) {
    first = task;
  }

  /** It ended by itself. */
  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the process is already ending
      }
    }
  }
}
