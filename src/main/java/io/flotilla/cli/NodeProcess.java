package io.flotilla.cli;

import io.flotilla.journal.OwnerOnly;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node as a process of its own: a real JVM that can really be killed. */
final class NodeProcess {
  private static final long LOG_LIMIT = 10L << 20;

  private NodeProcess() {}

  /** Starts a node as a member of the cluster; its output is appended to its log. */
  static Process start(NodeSpec node, List<NodeSpec> all) {
    return launch(node, Jvm.nodeCommand(all.size(), ClassArchive.option(), node.arguments(all)));
  }

  /** Starts a node that joins the cluster of the others. */
  static Process startJoining(NodeSpec node, List<NodeSpec> others) {
    return launch(
        node, Jvm.nodeCommand(others.size() + 1, ClassArchive.option(), node.joining(others)));
  }

  /** Starts a node that may form the cluster anew. */
  static Process startFirst(NodeSpec node, List<NodeSpec> all) {
    List<String> arguments = new ArrayList<>(node.arguments(all));
    arguments.add("--bootstrap");
    return launch(node, Jvm.nodeCommand(all.size(), ClassArchive.option(), arguments));
  }

  /**
   * Starts a node's JVM.
   *
   * <p>Goes through {@code sh} for what Java can't do: the child must ignore the terminal's Ctrl-C,
   * which every process of the group receives, so that the parent can stop the nodes cleanly; and
   * only its owner may read its files.
   */
  static Process launch(NodeSpec node, List<String> java) {
    List<String> command = new ArrayList<>();
    if (File.separatorChar == '/') {
      command.addAll(List.of("/bin/sh", "-c", "umask 077; trap '' INT HUP; exec \"$@\"", "sh"));
    }
    command.addAll(java);
    try {
      OwnerOnly.createDirectories(node.data());
      rotate(node.log());
      try (FileChannel log =
          OwnerOnly.open(node.log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        String line =
            "--- " + Instant.now() + " " + String.join(" ", java) + System.lineSeparator();
        log.write(StandardCharsets.UTF_8.encode(line));
      }
      ProcessBuilder process = new ProcessBuilder(command);
      process.environment().putAll(OwnToken.environment(node.data().getParent()));
      process.environment().putAll(LocalTls.environment(node));
      process.environment().putAll(ControlAddress.environment(node.data().getParent()));
      return process
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(node.log().toFile()))
          .redirectInput(ProcessBuilder.Redirect.from(nothing()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("can't start " + node.id() + ": " + e.getMessage(), e);
    }
  }

  private static File nothing() {
    return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }

  private static void rotate(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
      Files.move(log, log.resolveSibling("log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** kill -9: no handler runs, nothing is flushed. Returns once the process is gone. */
  static void crash(ProcessHandle process) {
    process.destroyForcibly();
    if (!ended(process, Duration.ofSeconds(10))) {
      throw new CliException("process %d has survived kill -9", process.pid());
    }
  }

  /** Waits for the process to end; false if it did not in time. */
  static boolean ended(ProcessHandle process, Duration within) {
    try {
      process.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !process.isAlive();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** The end of a node's log, to show why it ended. */
  static String lastWords(NodeSpec node, int lines) {
    try {
      List<String> all =
          new String(Files.readAllBytes(node.log()), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator() + "    ",
          all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** The process with that id, unless it is a later one than was started then. */
  static Optional<ProcessHandle> find(long pid, Instant startedAt) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            p ->
                p.info()
                    .startInstant()
                    .map(s -> Duration.between(s, startedAt).abs().toSeconds() < 3)
                    .orElse(true));
  }

  static Instant startedAt(ProcessHandle process) {
    return process.info().startInstant().orElseGet(Instant::now);
  }
}
