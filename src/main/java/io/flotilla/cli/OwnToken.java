package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * {@code DATA/acl-token}: the token of the nodes themselves, in a local cluster whose requests need
 * tokens. While the file is there, each node that is started has them.
 */
final class OwnToken {
  private static final int BYTES = 16;

  private OwnToken() {}

  static Path file(Path data) {
    return data.resolve("acl-token");
  }

  static Optional<String> of(Path data) {
    try {
      return Files.exists(file(data))
          ? Optional.of(Files.readString(file(data)).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file(data), e);
    }
  }

  /** Makes one unless there is one. */
  static void make(Path data) {
    if (of(data).isPresent()) {
      return;
    }
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    try {
      OwnerOnly.replace(file(data), UTF_8.encode(HexFormat.of().formatHex(bytes) + "\n"));
    } catch (IOException e) {
      throw new CliException("can't write %s: %s", file(data), e.getMessage());
    }
  }

  /** For the environment of a node with this directory. */
  static Map<String, String> environment(Path data) {
    return of(data)
        .map(token -> Map.of("FLOTILLA_ACL_ENABLED", "true", "FLOTILLA_HTTP_TOKEN", token))
        .orElse(Map.of());
  }
}
