package io.flotilla.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An argument that holds data, in Consul's three forms. */
final class Data {
  private Data() {}

  /** {@return a file's content for {@code @FILE}, standard input for {@code -}, else the text} */
  static byte[] bytes(String argument) throws IOException {
    if (argument.equals("-")) {
      return System.in.readAllBytes();
    }
    if (argument.startsWith("@")) {
      Path file = Path.of(argument.substring(1));
      if (!Files.isReadable(file)) {
        throw new CliException("can't read the file %s", file);
      }
      return Files.readAllBytes(file);
    }
    return argument.getBytes(StandardCharsets.UTF_8);
  }
}
