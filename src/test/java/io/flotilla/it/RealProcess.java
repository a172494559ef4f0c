package io.flotilla.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A separate program, judged by its output; can be killed. */
final class RealProcess implements AutoCloseable {
  private final Process process;
  private final Path out;

  private RealProcess(Path dir, List<String> command) {
    try {
      out = Files.createTempFile(dir, "process", ".log");
      File log = out.toFile();
      process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code ./flotilla} with these arguments. */
  static RealProcess flotilla(Path dir, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of("flotilla").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return new RealProcess(dir, command);
  }

  /** A main class of the tests, which needs nothing but the JDK. */
  static RealProcess java(Path dir, Class<?> main, String... arguments) {
    return java(dir, List.of(), main, arguments);
  }

  /** The same, behind a command that takes a command. */
  static RealProcess java(Path dir, List<String> inside, Class<?> main, String... arguments) {
    String tests = main.getProtectionDomain().getCodeSource().getLocation().getPath();
    return java(dir, inside, tests, main.getName(), arguments);
  }

  /** A main class on a class path of its own. */
  static RealProcess java(Path dir, String classPath, String main, String... arguments) {
    return java(dir, List.of(), classPath, main, arguments);
  }

  private static RealProcess java(
      Path dir, List<String> inside, String classPath, String main, String... arguments) {
    List<String> command = new ArrayList<>(inside);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return new RealProcess(dir, command);
  }

  /** All output except lines about waiting, whose number depends on the machine. */
  String output() {
    try {
      return Files.readString(out).replaceAll("(?m)^no answer yet, still trying .*\\R", "");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Complete lines. */
  List<String> lines() {
    String printed = output();
    return printed.substring(0, printed.lastIndexOf('\n') + 1).lines().toList();
  }

  /** The first match in what it prints, waited for. */
  MatchResult await(String pattern) {
    return await(pattern, 1);
  }

  /** The n-th match in what it prints, waited for. */
  MatchResult await(String pattern, int n) {
    Pattern wanted = Pattern.compile(pattern);
    return Awaitility.await(pattern)
        .atMost(RealCluster.PATIENCE)
        .failFast("it has ended", () -> !process.isAlive() && !wanted.matcher(output()).find())
        .until(() -> wanted.matcher(output()).results().toList(), found -> found.size() >= n)
        .get(n - 1);
  }

  int exitCode() {
    end();
    return process.exitValue();
  }

  /** {@code kill -9}; it is gone when this returns. */
  void kill() {
    process.destroyForcibly();
    end();
  }

  private void end() {
    try {
      if (!process.waitFor(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("does not end: " + output());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** SIGTERM, as Ctrl-C for one process. */
  void stop() {
    process.destroy();
    end();
  }

  @Override
  public void close() {
    kill();
  }
}
