package io.flotilla.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./flotilla} as a user does: as a process, judged by its output and exit code. */
final class Launcher {
  private static final Path SCRIPT = Path.of("flotilla").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path script;
  private final Path dir;
  private final List<String> environment = new ArrayList<>();

  /**
   * @param dir for output files, and for state that commands keep between runs
   */
  Launcher(Path dir) {
    this(dir, SCRIPT);
  }

  Launcher(Path dir, Path script) {
    this.dir = dir;
    this.script = script;
  }

  /** Sets a variable for commands run afterwards. */
  Launcher with(String name, String value) {
    environment.add(name + "=" + value);
    return this;
  }

  record Outcome(int exitCode, String output, String errors) {
    String all() {
      return output + errors;
    }
  }

  Outcome run(String... arguments) {
    return runWithInput("", arguments);
  }

  Outcome runWithInput(String input, String... arguments) {
    Running running = start(input, arguments);
    try {
      if (!running.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        running.process.destroyForcibly();
        throw new AssertionError(
            "no end of " + String.join(" ", arguments) + ": " + running.output());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Outcome(running.process.exitValue(), running.output(), running.errors());
  }

  Running start(String input, String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of(script.toString()));
      command.addAll(List.of(arguments));
      File in = Files.writeString(Files.createTempFile(dir, "in", ""), input).toFile();
      File out = Files.createTempFile(dir, "out", "").toFile();
      File err = Files.createTempFile(dir, "err", "").toFile();
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectInput(in).redirectOutput(out).redirectError(err);
      builder.directory(dir.toFile());
      builder.environment().put("XDG_STATE_HOME", dir.toString());
      builder.environment().remove("FLOTILLA_HTTP_ADDR");
      builder.environment().remove("CONSUL_HTTP_ADDR");
      for (String e : environment) {
        builder.environment().put(e.split("=", 2)[0], e.split("=", 2)[1]);
      }
      return new Running(builder.start(), out.toPath(), err.toPath());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A command that runs until it is stopped. */
  record Running(Process process, Path out, Path err) implements AutoCloseable {
    String output() {
      return read(out);
    }

    String errors() {
      return read(err);
    }

    private static String read(Path file) {
      try {
        return Files.readString(file, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** SIGTERM, as Ctrl-C for one process; SIGKILL if that does not help. */
    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
      }
    }
  }
}
