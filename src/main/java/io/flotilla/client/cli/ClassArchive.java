package io.flotilla.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The class archive beside the jar: the classes of a node and of the client as the JVM has parsed
 * and checked them, mapped at the next start instead of read again.
 *
 * <p>One per Java version, made once by a node that starts, asks itself a few questions and stops.
 * A missing, old or foreign archive costs time, never correctness: the JVM checks and ignores it.
 */
final class ClassArchive {
  private static final Duration WITHIN = Duration.ofSeconds(90);

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
  private static Path path() {
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

  /** Makes the archive; returns false if that did not work, which is no reason to stop. */
  static boolean create() {
    Path archive = path();
    if (archive == null) {
      return false;
    }
    Path dir = null;
    Process process = null;
    try {
      dir = Files.createTempDirectory("flotilla-archive");
      // Beside the final place, so that the move is atomic for nodes that start meanwhile.
      Path made = Files.createTempFile(archive.getParent(), "flotilla", ".tmp");
      Files.delete(made);
      NodeSpec node = NodeSpec.onFreePorts(1, dir).get(0);
      List<String> java =
          Jvm.nodeCommand(
              List.of("-XX:ArchiveClassesAtExit=" + made, Rehearsal.option(node)),
              node.arguments(List.of(node)));
      process = NodeProcess.launch(node, java);
      boolean ended = process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0 || !Files.exists(made)) {
        Files.deleteIfExists(made);
        return false;
      }
      Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      Dirs.delete(dir);
    }
  }
}
