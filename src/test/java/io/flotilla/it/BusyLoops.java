package io.flotilla.it;

import java.util.ArrayList;
import java.util.List;

/** Threads that do nothing, and want a processor for it. */
final class BusyLoops implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  BusyLoops(int number) {
    for (int i = 0; i < number; i++) {
      Thread thread = new Thread(this::loop, "busy loop " + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private void loop() {
    while (!over) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    over = true;
  }
}
