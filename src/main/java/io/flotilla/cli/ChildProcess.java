package io.flotilla.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that runs while a lock or leadership is held. */
final class ChildProcess {
  /** How long it may take to end when asked to, before it is killed. */
  private static final long PATIENCE_SECONDS = 5;

  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /** Shares this process's input and output, and has the fencing token in its environment. */
  static ChildProcess start(List<String> command, long token) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("FLOTILLA_FENCING_TOKEN", Long.toString(token));
    try {
      return new ChildProcess(builder.start());
    } catch (IOException e) {
      throw new CliException("%s", "can't run " + command.get(0) + ": " + e.getMessage());
    }
  }

  /** Returns its exit code. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Asks it and its descendants to end, and kills those that don't. */
  void end() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
