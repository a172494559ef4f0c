package io.flotilla.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The running Java and jar, which child processes are started with. */
final class Jvm {
  private static final String OPTIONS = "/jvm/node.options";

  /** From here on, Java warns about what Akka and Netty have always done; the launcher agrees. */
  private static final int SAYS_SO_SINCE = 24;

  private static final List<String> QUIET =
      List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");

  /** What concerns a class archive that doesn't fit: the node just starts a little slower. */
  private static final String NOT_ABOUT_ARCHIVES = "-Xlog:aot=off:stderr";

  private Jvm() {}

  static String java() {
    return ProcessHandle.current()
        .info()
        .command()
        .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }

  /** The jar this runs from, null when it runs from a directory of classes. */
  static Path jar() {
    Path first =
        Path.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator)[0]);
    boolean jar = first.toString().endsWith(".jar") && Files.isRegularFile(first);
    return jar ? first.toAbsolutePath() : null;
  }

  /**
   * {@code java [node options] -jar flotilla.jar arguments}.
   *
   * @param nodes how many share this machine's memory
   */
  static List<String> nodeCommand(int nodes, List<String> extraOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(nodeOptions());
    command.addAll(Heap.options(nodes));
    if (Runtime.version().feature() >= SAYS_SO_SINCE) {
      command.addAll(QUIET);
    }
    if (ClassArchive.Form.best().holdsProfiles()) {
      command.add(NOT_ABOUT_ARCHIVES);
    }
    command.addAll(extraOptions);
    String more = System.getenv("FLOTILLA_JAVA_OPTS");
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+")));
    }
    if (jar() != null) {
      command.addAll(List.of("-jar", jar().toString()));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.flotilla.Main"));
    }
    command.addAll(arguments);
    return command;
  }

  /** The lines of node.options, which the launcher script hands to java as an argument file. */
  static List<String> nodeOptions() {
    try (InputStream in = Jvm.class.getResourceAsStream(OPTIONS)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
