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
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * The class archive next to the jar: a node's and the client's classes as parsed and checked by the
 * JVM, which maps them at the next start instead of reading them again. From Java 25 on it also
 * holds what the rehearsal's load has shown about hot methods, so that they are compiled sooner.
 *
 * <p>One per Java version, created by a node that starts with two others, sends itself a few
 * requests and stops. What only a node among others needs is some 7 % of its classes. A missing,
 * old or foreign archive costs time, never correctness, as the JVM checks it.
 */
final class ClassArchive {
  /** Far longer than the slowest machine takes; a node that hangs is killed. */
  static final Duration WITHIN = Duration.ofMinutes(15);

  private static final int NODES = 3;
  private static final String UNFINISHED = "flotilla-unfinished";

  /** What Java can store, the best first. */
  enum Form {
    /** Java's AOT cache: classes, linked, and the profiles of methods that were hot. */
    WITH_PROFILES(25, "aot", "-XX:AOTCache=", "-XX:AOTCacheOutput="),
    CLASSES(17, "jsa", "-XX:SharedArchiveFile=", "-XX:ArchiveClassesAtExit=");

    private final int since;
    private final String ending;
    private final String use;
    private final String make;

    Form(int since, String ending, String use, String make) {
      this.since = since;
      this.ending = ending;
      this.use = use;
      this.make = make;
    }

    boolean holdsProfiles() {
      return this == WITH_PROFILES;
    }

    String nameFor(String javaVersion) {
      return "flotilla-" + javaVersion + "." + ending;
    }

    static Form best() {
      return Stream.of(values())
          .filter(f -> Runtime.version().feature() >= f.since)
          .findFirst()
          .orElseThrow();
    }
  }

  private ClassArchive() {}

  /** The option for {@code java}, or none without an archive. The launcher script chooses alike. */
  static List<String> option() {
    return Stream.of(Form.values())
        .filter(form -> isCurrent(path(form)))
        .limit(1)
        .map(form -> form.use + path(form))
        .toList();
  }

  static boolean isMissing() {
    Path archive = path();
    return archive != null && !isCurrent(archive) && Files.isWritable(archive.getParent());
  }

  static Path path() {
    return path(Form.best());
  }

  /** {@code flotilla-<java version>.jsa} or {@code .aot} next to the jar. */
  private static Path path(Form form) {
    Path jar = Jvm.jar();
    String name = form.nameFor(System.getProperty("java.runtime.version"));
    return jar == null ? null : jar.resolveSibling(name);
  }

  private static boolean isCurrent(Path archive) {
    try {
      return archive != null
          && Files.exists(archive)
          && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(Jvm.jar())) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Creates the archive unless it exists; returns whether it did.
   *
   * @throws CliException if it can't be created, which only costs time; nothing half-written is
   *     left
   */
  static boolean make() {
    return make(path());
  }

  /** The same, not necessarily next to the jar. */
  static boolean make(Path archive) {
    if (archive == null) {
      throw new CliException("can't create the class archive without a jar");
    }
    if (isCurrent(archive)) {
      return false;
    }
    try (Workshop workshop = new Workshop(archive.getParent())) {
      workshop.rehearse();
      // Java may leave it read-only, and for its owner only, who isn't always whose the nodes are.
      workshop.made.toFile().setWritable(true);
      workshop.made.toFile().setReadable(true, false);
      // Flushed before it gets its name: Java trusts what it maps.
      try (FileChannel file = FileChannel.open(workshop.made, StandardOpenOption.WRITE)) {
        file.force(true);
      }
      Files.move(workshop.made, archive, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException | UncheckedIOException e) {
      throw new CliException("can't create the class archive: %s", e);
    }
  }

  /**
   * The rehearsing node, those it rehearses with, and their files: all removed when this is closed
   * or the program ends.
   */
  private static final class Workshop implements AutoCloseable {
    private final Path dir;
    private final List<NodeSpec> nodes;
    final Path made;
    private final Thread hook = new Thread(this::clear, "no archive");
    private final List<Process> processes = new ArrayList<>();
    private boolean cleared;

    Workshop(Path target) throws IOException {
      dir = Files.createTempDirectory("flotilla-archive");
      nodes = NodeSpec.onFreePorts(NODES, dir);
      removeOld(target);
      // In the final directory, so that the move is atomic for nodes starting meanwhile.
      made = target.resolve(UNFINISHED + "-" + ProcessHandle.current().pid());
      Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Removes what killed programs left; another archive may be in the making right now. */
    private static void removeOld(Path target) throws IOException {
      remove(target, pid -> ProcessHandle.of(pid).isEmpty());
    }

    /** Java names files of its own, which it leaves when killed, after the one it is to write. */
    private static void remove(Path target, LongPredicate madeBy) throws IOException {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(target, UNFINISHED + "-*")) {
        for (Path file : files) {
          String rest = file.getFileName().toString().substring(UNFINISHED.length() + 1);
          if (madeBy.test(Long.parseLong(rest.split("\\.")[0]))) {
            Files.deleteIfExists(file);
          }
        }
      }
    }

    void rehearse() {
      NodeSpec node = nodes.get(0);
      Process process = launch(node, Form.best().make + made, Rehearsal.option(node));
      nodes.stream().skip(1).forEach(other -> launch(other));
      if (!Progress.until("creating the class archive", WITHIN, () -> !process.isAlive())) {
        throw failed("did not end within " + WITHIN.toMinutes() + " minutes");
      } else if (process.exitValue() != 0) {
        throw failed("ended with exit code " + process.exitValue());
      } else if (!Files.exists(made)) {
        throw failed("ended, but its Java wrote no archive");
      }
    }

    private synchronized Process launch(NodeSpec node, String... options) {
      if (cleared) {
        throw failed("was not started, as the program ends");
      }
      List<String> arguments = new ArrayList<>(node.arguments(nodes));
      arguments.add("--bootstrap");
      List<String> java = Jvm.nodeCommand(NODES, List.of(options), arguments);
      Process process = NodeProcess.launch(node, java);
      processes.add(process);
      return process;
    }

    private CliException failed(String how) {
      return new CliException(
          "can't create the class archive: the node that should do so %s. The end of its log:%n"
              + "    %s",
          how, NodeProcess.lastWords(nodes.get(0), 8));
    }

    private synchronized void clear() {
      cleared = true;
      try {
        for (Process process : processes) {
          NodeProcess.crash(process.toHandle());
        }
        remove(made.getParent(), pid -> pid == ProcessHandle.current().pid());
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
        // The program is ending; the hook clears once more.
      }
    }
  }
}
