package io.flotilla.cli;

import io.flotilla.journal.OwnerOnly;
import io.flotilla.tls.Authority;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A certificate and its key, {@code NAME.pem} and {@code NAME-key.pem} of a directory. They are
 * only ever created: who wrote over a CA would have to issue everything anew.
 */
record PemFiles(Path certificate, Path key) {
  static final String CA = "ca";

  static PemFiles of(Path directory, String name) {
    return new PemFiles(directory.resolve(name + ".pem"), directory.resolve(name + "-key.pem"));
  }

  boolean exist() {
    return isThere(certificate) && isThere(key);
  }

  void mustNotExist() {
    for (Path file : new Path[] {certificate, key}) {
      if (isThere(file)) {
        throw new CliException(
            "%s is there already, and is never overwritten; use another directory", file);
      }
    }
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Both are for their owner only. */
  void write(Authority.Signed signed) {
    mustNotExist();
    try {
      OwnerOnly.createDirectories(key.toAbsolutePath().getParent());
      write(key, signed.key());
      write(certificate, signed.certificate());
    } catch (IOException e) {
      throw new CliException("can't write %s: %s", key, e.getMessage());
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel out =
        OwnerOnly.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(StandardCharsets.US_ASCII.encode(text));
      out.force(true);
    }
  }
}
