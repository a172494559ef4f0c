package io.flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The class archive beside the jar: the classes of a node and of the client as the JVM has parsed
 * and checked them, mapped at the next start instead of read again.
 *
 * <p>One per Java version, made once by a node that starts, asks itself a few questions and stops.
 * A missing, old or foreign archive costs time, never correctness: the JVM checks and ignores it.
 */
final class ClassArchive {
  /** Far more than the slowest machine takes; a node that hangs is ended. */
  static final Duration WITHIN = Duration.ofMinutes(15);

  private static final String UNFINISHED = "flotilla-unfinished";

  private ClassArchive() {}

  /** The option for java, or none. */
  static List<String> option() {
    Path archive = path();
    return archive != null && isCurrent(archive)
        ? List.of("-XX:SharedArchiveFile=" + archive)
        : List.of();
  }

  static boolean isMissing() {
    Path archive = path();
    return archive != null && !isCurrent(archive) && Files.isWritable(archive.getParent());
  }

  /** {@code flotilla-<java version>.jsa} beside the jar; the launcher script uses the same name. */
  static Path path() {
    Path jar = Jvm.jar();
    return jar == null
        ? null
        : jar.resolveSibling("flotilla-" + System.getProperty("java.runtime.version") + ".jsa");
  }

  private static boolean isCurrent(Path archive) {
    try {
      return Files.exists(archive)
          && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(Jvm.jar())) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes the archive unless it is there; returns whether it has.
   *
   * @throws CliException if it can't be made, which costs time only; nothing half-made is left
   */
  static boolean make() {
    Path archive = path();
    if (archive == null) {
      throw new CliException("the class archive is made from the jar, and there is none");
    }
    if (isCurrent(archive)) {
      return false;
    }
    try (Workshop workshop = new Workshop(archive.getParent())) {
      workshop.rehearse();
      // Java may leave it read-only. On disk before it has its name: Java trusts what it maps.
      workshop.made.toFile().setWritable(true);
      try (FileChannel file = FileChannel.open(workshop.made, StandardOpenOption.WRITE)) {
        file.force(true);
      }
      Files.move(workshop.made, archive, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException | UncheckedIOException e) {
      throw new CliException("the class archive can't be made: %s", e);
    }
  }

  /** The node that rehearses and its files; all gone when this is closed or the program ends. */
  private static final class Workshop implements AutoCloseable {
    private final Path dir;
    private final NodeSpec node;
    final Path made;
    private final Thread hook = new Thread(this::clear, "no archive");
    private Process process;

    Workshop(Path target) throws IOException {
      dir = Files.createTempDirectory("flotilla-archive");
      node = NodeSpec.onFreePorts(1, dir).get(0);
      removeOld(target);
      // Beside the final place, so that the move is atomic for nodes that start meanwhile.
      made = target.resolve(UNFINISHED + "-" + ProcessHandle.current().pid());
      Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What programs left that were killed: two archives may be made at a time. */
    private static void removeOld(Path target) throws IOException {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(target, UNFINISHED + "-*")) {
        for (Path file : files) {
          String pid = file.getFileName().toString().substring(UNFINISHED.length() + 1);
          if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }

    void rehearse() {
      List<String> java =
          Jvm.nodeCommand(
              1,
              List.of("-XX:ArchiveClassesAtExit=" + made, Rehearsal.option(node)),
              node.arguments(List.of(node)));
      process = NodeProcess.launch(node, java);
      if (!Progress.until("making the class archive", WITHIN, () -> !process.isAlive())) {
        throw failed("has not ended after " + WITHIN.toMinutes() + " minutes");
      } else if (process.exitValue() != 0) {
        throw failed("has ended with exit code " + process.exitValue());
      } else if (!Files.exists(made)) {
        throw failed("has ended, but its Java has written no archive");
      }
    }

    private CliException failed(String how) {
      return new CliException(
          "the class archive can't be made: the node that should make it %s. The end of its log:%n"
              + "    %s",
          how, NodeProcess.lastWords(node, 8));
    }

    private synchronized void clear() {
      try {
        if (process != null && process.isAlive()) {
          NodeProcess.crash(process.toHandle());
        }
        Files.deleteIfExists(made);
      } catch (IOException | CliException e) {
        Screen.remark("%s", e);
      }
      Dirs.delete(dir);
    }

    @Override
    public void close() {
      clear();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The program ends, and the hook clears once more.
      }
    }
  }
}
