package io.flotilla.journal;

import java.util.concurrent.ThreadFactory;

/** Threads that don't keep the process alive. */
final class Daemons {
  private Daemons() {}

  static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
