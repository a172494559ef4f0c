package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A disk that lies: each kind of file is damaged in each way while its node, a cluster of one, is
 * down. Either everything acknowledged is still there, or the node says that it isn't and refuses
 * to start.
 */
class DamageTest {
  private static final Config SMALL =
      ConfigFactory.parseString("flotilla.journal.checkpoint.bytes = 1MiB");

  @TempDir static Path original;
  private static long highest;

  @TempDir Path directory;

  private enum Kind {
    CLOSED_SEGMENT("log_\\d+-\\d+"),
    OPEN_SEGMENT("log_inprogress_\\d+"),
    VOTE("raft-meta"),
    MEMBERS("raft-meta\\.conf"),
    NEWEST_STATE("snapshot\\.\\d+_\\d+"),
    NEWEST_CHECKSUM("snapshot\\.\\d+_\\d+\\.md5"),
    OLDER_STATE("snapshot\\.\\d+_\\d+"),
    OLDER_CHECKSUM("snapshot\\.\\d+_\\d+\\.md5"),
    IDENTITY("identity"),
    MEMBERS_COPY("members"),
    MARK("mark"),
    LOCK("lock");

    private final String name;

    Kind(String name) {
      this.name = name;
    }

    Path in(Path directory) throws IOException {
      try (Stream<Path> files = Files.walk(directory)) {
        List<Path> all =
            files
                .filter(f -> f.getFileName().toString().matches(name))
                .sorted(Comparator.comparingLong(Kind::index))
                .toList();
        return all.get(name().startsWith("OLDER") ? 0 : all.size() - 1);
      }
    }

    private static long index(Path file) {
      String digits = file.getFileName().toString().replaceAll(".*_(\\d+).*", "$1");
      return digits.matches("\\d+") ? Long.parseLong(digits) : 0;
    }
  }

  private enum Damage {
    FLIPPED {
      @Override
      void to(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 0) {
          bytes[used(bytes) / 2] ^= 0x55;
        }
        Files.write(file, bytes);
      }
    },
    CUT {
      @Override
      void to(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, Math.max(0, used(bytes) - 20)));
      }
    },
    EMPTIED {
      @Override
      void to(Path file) throws IOException {
        Files.write(file, new byte[0]);
      }
    },
    DELETED {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
      }
    };

    abstract void to(Path file) throws IOException;

    /** Without the trailing zeros. */
    private static int used(byte[] bytes) {
      int used = bytes.length;
      while (used > 1 && bytes[used - 1] == 0) {
        used--;
      }
      return used;
    }
  }

  private enum Outcome {
    /** It starts, and has all that it acknowledged. */
    WHOLE,
    /** It refuses, names the command that accepts the loss, and starts after that. */
    REFUSED,
    /** It refuses: the disk's owner is unknown. */
    FOREIGN
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(
            kind -> Stream.of(Damage.values()).map(d -> Arguments.of(kind, d, outcome(kind, d))));
  }

  private static Outcome outcome(Kind kind, Damage damage) {
    return switch (kind) {
      case CLOSED_SEGMENT, OPEN_SEGMENT, NEWEST_STATE -> Outcome.REFUSED;
      // One of its two records may be lost.
      case MARK ->
          damage == Damage.FLIPPED || damage == Damage.CUT ? Outcome.WHOLE : Outcome.REFUSED;
      case IDENTITY -> Outcome.FOREIGN;
      case VOTE, MEMBERS, MEMBERS_COPY, NEWEST_CHECKSUM, OLDER_STATE, OLDER_CHECKSUM, LOCK ->
          Outcome.WHOLE;
    };
  }

  /** Two state files, then a closed segment, then an open one. */
  @BeforeAll
  static void fill() throws IOException {
    for (int life = 1; life <= 4; life++) {
      try (LogCluster cluster = new LogCluster(original, 1, "flotilla", SMALL)) {
        cluster.startAll();
        long epoch = await(cluster.log("n1").claim("a", true)).epoch();
        if (life <= 2) {
          write(cluster, epoch, "x".repeat(1 << 20));
          int files = life;
          Awaitility.await()
              .until(
                  () -> {
                    write(cluster, epoch, "small");
                    return stateFiles(cluster.data("n1")) == files;
                  });
        }
        for (int i = 0; i < 40; i++) {
          write(cluster, epoch, "after");
        }
      }
    }
  }

  private static void write(LogCluster cluster, long epoch, String event) {
    await(cluster.log("n1").write(ReplicatedLogTest.append("a", epoch, ++highest, event), "a"));
  }

  private static long stateFiles(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+\\.md5"))
          .count();
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @MethodSource("cases")
  void nothing_is_lost_in_silence(Kind kind, Damage damage, Outcome outcome) throws IOException {
    try (LogCluster cluster = new LogCluster(directory, 1, "flotilla", SMALL)) {
      Path data = cluster.data("n1");
      copy(original.resolve("n1"), data);
      damage.to(kind.in(data));
      Map<Path, Integer> found = contents(data);
      switch (outcome) {
        case WHOLE -> {
          cluster.restart("n1");
          assertThat(claimed(cluster)).isEqualTo(highest);
          // And again, because repairs must last.
          cluster.stop("n1");
          cluster.restart("n1");
          assertThat(claimed(cluster)).isEqualTo(highest);
          assertThat(cluster.halts).isEmpty();
        }
        case REFUSED -> {
          assertThatThrownBy(() -> cluster.restart("n1"))
              .hasMessageContaining("acknowledged")
              .hasMessageContaining("accept-loss " + data);
          assertThat(cluster.halts).hasSize(1);
          cluster.stop("n1");
          assertThat(contents(data)).as("left as it is").isEqualTo(found);
          DataDirectory.Accepted accepted = DataDirectory.acceptLoss(data);
          assertThat(accepted.lost()).isNotNull();
          cluster.restart("n1");
          assertThat(claimed(cluster)).isLessThanOrEqualTo(highest);
          cluster.stop("n1");
          assertThat(DataDirectory.acceptLoss(data).lost()).as("accepted once").isNull();
        }
        case FOREIGN -> {
          assertThatThrownBy(() -> cluster.restart("n1")).hasMessageContaining("identity");
          cluster.stop("n1");
          assertThat(contents(data)).as("left as it is").isEqualTo(found);
        }
      }
    }
  }

  private static long claimed(LogCluster cluster) {
    return await(cluster.log("n1").claim("a", true)).events().highest();
  }

  /** Of all files but the lock, a hash of each. */
  static Map<Path, Integer> contents(Path directory) throws IOException {
    Map<Path, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("lock")) {
          contents.put(file, Arrays.hashCode(Files.readAllBytes(file)));
        }
      }
    }
    return contents;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
