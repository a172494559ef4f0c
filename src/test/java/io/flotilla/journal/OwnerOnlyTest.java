package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access to a data directory, and the treatment of links. */
class OwnerOnlyTest {
  @TempDir Path directory;

  private LogCluster cluster() {
    return new LogCluster(directory, 1, "flotilla", ConfigFactory.empty());
  }

  @Test
  void a_data_directory_and_all_in_it_is_its_owners_alone() throws IOException {
    try (LogCluster cluster = cluster()) {
      cluster.startAll();
      await(cluster.log("n1").claim("a", true));
      assertThat(permissions(cluster.data("n1"))).isEqualTo("rwx------");
      // This process has the usual umask, so Ratis's files are tightened after it made them.
      Awaitility.await().untilAsserted(() -> assertThat(open(cluster.data("n1"))).isEmpty());
    }
  }

  @Test
  void an_older_directory_is_tightened_when_the_node_starts() throws IOException {
    try (LogCluster cluster = cluster()) {
      cluster.startAll();
      cluster.stop("n1");
      try (Stream<Path> files = Files.walk(cluster.data("n1"))) {
        for (Path file : files.toList()) {
          String wide = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(wide));
        }
      }
      OwnerOnly.protect(cluster.data("n1"));
      assertThat(open(cluster.data("n1"))).isEmpty();
      Files.setPosixFilePermissions(
          cluster.data("n1"), PosixFilePermissions.fromString("rwxrwxrwx"));
      cluster.restart("n1");
      assertThat(permissions(cluster.data("n1"))).isEqualTo("rwx------");
    }
  }

  @Test
  void links_in_it_are_left_alone() throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path foreign = Files.createFile(directory.resolve("foreign"));
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-r--r--"));
    Files.createSymbolicLink(data.resolve("link"), foreign);
    OwnerOnly.protect(data);
    assertThat(permissions(foreign)).isEqualTo("rw-r--r--");
  }

  @Test
  void lock_and_identity_are_not_sought_behind_links() throws IOException {
    try (LogCluster cluster = cluster()) {
      cluster.startAll();
      cluster.stop("n1");
      for (String name : List.of("lock", "identity", "mark")) {
        Path file = cluster.data("n1").resolve(name);
        Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertThatThrownBy(() -> cluster.restart("n1")).hasMessageContaining("symbolic link");
        cluster.stop("n1");
        Files.delete(file);
        Files.move(elsewhere, file);
      }
      cluster.restart("n1");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<String> open(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<String> open = new java.util.ArrayList<>();
      for (Path file : files.toList()) {
        if (permissions(file).endsWith("------")) {
          continue;
        }
        open.add(permissions(file) + " " + file);
      }
      return open;
    }
  }
}
