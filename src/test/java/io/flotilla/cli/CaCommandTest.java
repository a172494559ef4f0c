package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaCommandTest {
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path home;

  private Path issued() {
    Path directory = home.resolve("tls");
    CaCommand.init(directory, "CA of a test", YEAR);
    CaCommand.issue(directory, PemFiles.of(directory, "n1"), "n1", List.of("10.0.0.1"), YEAR);
    return directory;
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void keysAreForTheirOwnerOnly() throws IOException {
    Path directory = issued();
    assertThat(permissions(directory)).isEqualTo("rwx------");
    for (String file : List.of("ca-key.pem", "n1-key.pem")) {
      assertThat(permissions(directory.resolve(file))).as(file).isEqualTo("rw-------");
    }
  }

  @Test
  void whatIsThereIsNeverWrittenOver() throws IOException {
    Path directory = issued();
    byte[] before = Files.readAllBytes(directory.resolve("ca-key.pem"));
    assertThatThrownBy(() -> CaCommand.init(directory, "another", YEAR))
        .hasMessageContaining("is there already, and is never overwritten");
    assertThat(Files.readAllBytes(directory.resolve("ca-key.pem"))).isEqualTo(before);
  }
}
