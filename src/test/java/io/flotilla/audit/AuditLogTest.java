package io.flotilla.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  @TempDir Path dir;

  private Path file() {
    return dir.resolve("sub/audit.log");
  }

  private AuditLog open(long maxBytes, int kept) throws IOException {
    return AuditLog.open(new AuditLog.Settings(file(), maxBytes, kept));
  }

  private static void write(AuditLog log, String line) {
    assertThat(log.takePlace()).isTrue();
    log.write(line.getBytes(UTF_8)).toCompletableFuture().join();
  }

  @Test
  void aLineIsInTheFileOnceItIsWritten() throws IOException {
    try (AuditLog log = open(1 << 20, 2)) {
      write(log, "one");
      assertThat(file()).content().isEqualTo("one\n");
      write(log, "two");
      assertThat(file()).content().isEqualTo("one\ntwo\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
    }
    try (AuditLog again = open(1 << 20, 2)) {
      write(again, "three");
      assertThat(file()).content().isEqualTo("one\ntwo\nthree\n");
    }
  }

  @Test
  void fullFilesArePutAsideAndTheOldestIsGone() throws IOException {
    try (AuditLog log = open(10, 2)) {
      for (int i = 1; i <= 4; i++) {
        write(log, "line " + i);
      }
    }
    assertThat(file()).content().isEqualTo("line 4\n");
    assertThat(dir.resolve("sub/audit.log.1")).content().isEqualTo("line 3\n");
    assertThat(dir.resolve("sub/audit.log.2")).content().isEqualTo("line 2\n");
    try (Stream<Path> all = Files.list(dir.resolve("sub"))) {
      assertThat(all.filter(f -> !f.toString().endsWith(".lock"))).hasSize(3);
    }
  }

  @Test
  void twoNodesDoNotShareOne() throws IOException {
    try (AuditLog log = open(1 << 20, 2)) {
      assertThatThrownBy(() -> open(1 << 20, 2)).hasMessage(file() + " is in use by another node");
      write(log, "still");
    }
  }

  @Test
  void noLineWaitsWithoutAPlaceAndAllThatHaveOneAreWritten() throws IOException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (AuditLog log = open(1 << 20, 2)) {
      int places = 0;
      while (log.takePlace()) {
        places++;
      }
      assertThat(places).isBetween(1_000, 100_000);
      for (int i = 0; i < places; i++) {
        all.add(log.write(("line " + i).getBytes(UTF_8)).toCompletableFuture());
      }
      all.forEach(CompletableFuture::join);
      assertThat(log.takePlace()).isTrue();
    }
    assertThat(Files.readAllLines(file())).hasSize(all.size()).startsWith("line 0", "line 1");
  }

  @Test
  void whileItCannotBeWrittenThereAreNoPlaces() throws IOException {
    try (AuditLog log = open(10, 1)) {
      write(log, "line 1");
      Path inTheWay = dir.resolve("sub/audit.log.1/x");
      Files.createDirectories(inTheWay);
      assertThat(log.takePlace()).isTrue();
      assertThat(log.write("line 2".getBytes(UTF_8)))
          .failsWithin(TestPatience.PATIENCE)
          .withThrowableThat()
          .withCauseInstanceOf(IOException.class);
      assertThat(log.takePlace()).isFalse();
      Files.delete(inTheWay);
      await().atMost(TestPatience.PATIENCE).until(log::takePlace);
      log.write("line 3".getBytes(UTF_8)).toCompletableFuture().join();
      assertThat(file()).content().endsWith("line 3\n");
    }
  }
}
