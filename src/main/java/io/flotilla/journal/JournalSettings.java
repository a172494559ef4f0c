package io.flotilla.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The settings of {@code journal.conf}, checked. */
record JournalSettings(
    String clusterName,
    Seed self,
    List<Seed> seeds,
    List<String> join,
    boolean bootstrap,
    Path dataDirectory,
    Duration deadline,
    Duration readDeadline,
    Duration attemptTimeout,
    int maxInFlight,
    int maxWriteBytes,
    int chunkBytes,
    boolean prune,
    Duration electionMin,
    Duration electionMax,
    Duration maxPause,
    CheckpointPace checkpoints) {

  static final int MAX_WRITE_BYTES = 4 << 20;

  static JournalSettings of(Config root) {
    Config config = root.getConfig("flotilla");
    String clusterName = config.getString("cluster.name");
    check(
        !clusterName.isBlank() && clusterName.length() <= 64,
        "cluster.name",
        "must have 1 to 64 characters");
    Seed alone =
        parse(
            "node.id",
            () ->
                Seed.parse(
                    config.getString("node.id")
                        + "@"
                        + config.getString("node.host")
                        + ":"
                        + config.getInt("cluster.port")
                        + ":"
                        + config.getInt("journal.port")));
    List<Seed> seeds = seeds(config, alone);
    Seed self = seeds.stream().filter(s -> s.id().equals(alone.id())).findFirst().orElse(null);
    check(
        self != null,
        "cluster.seeds",
        "must list this node, \"" + alone.id() + "\", too (the same list on every node)");
    Duration min = duration(config, "election-timeout-min", "100ms", "1m");
    Duration max = duration(config, "election-timeout-max", "100ms", "1m");
    check(
        max.compareTo(min) > 0,
        "journal.election-timeout-max",
        "must be greater than election-timeout-min");
    return new JournalSettings(
        clusterName,
        self,
        seeds,
        parse("cluster.join", () -> Seed.addresses(texts(config, "cluster.join"))),
        config.getBoolean("cluster.bootstrap"),
        Path.of(config.getString("node.data")),
        duration(config, "deadline", "1s", "5m"),
        duration(config, "read-deadline", "100ms", "5m"),
        duration(config, "attempt-timeout", "100ms", "1m"),
        (int) number(config.getLong("journal.max-in-flight"), "max-in-flight", 1, 4000),
        (int)
            number(
                config.getBytes("journal.max-write-bytes"),
                "max-write-bytes",
                64 << 10,
                MAX_WRITE_BYTES),
        (int)
            number(
                config.getBytes("journal.snapshot-chunk-bytes"),
                "snapshot-chunk-bytes",
                16 << 10,
                512 << 10),
        config.getBoolean("journal.prune"),
        min,
        max,
        duration(config, "max-pause", "10s", "10m"),
        new CheckpointPace(
            number(
                config.getBytes("journal.checkpoint.bytes"), "checkpoint.bytes", 1 << 20, 1 << 30),
            number(
                config.getLong("journal.checkpoint.entries"),
                "checkpoint.entries",
                1000,
                10_000_000)));
  }

  Seed seed(String nodeId) {
    return seeds.stream().filter(s -> s.id().equals(nodeId)).findFirst().orElse(null);
  }

  /** After which a leader takes a member that doesn't answer for one that isn't running. */
  long patienceMillis() {
    return 2 * electionMax.toMillis();
  }

  Path raftDirectory() {
    return dataDirectory.resolve("raft");
  }

  private static List<Seed> seeds(Config config, Seed alone) {
    List<String> texts = texts(config, "cluster.seeds");
    return texts.isEmpty() ? List.of(alone) : parse("cluster.seeds", () -> Seed.parseAll(texts));
  }

  /** A list, or in the environment a text with commas. */
  private static List<String> texts(Config config, String key) {
    return config.getValue(key).valueType() == ConfigValueType.LIST
        ? config.getStringList(key)
        : Arrays.stream(config.getString(key).split(",")).filter(s -> !s.isBlank()).toList();
  }

  private static <T> T parse(String key, java.util.function.Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException.Generic("flotilla." + key + ": " + e.getMessage(), e);
    }
  }

  private static Duration duration(Config config, String key, String min, String max) {
    Duration value = config.getDuration("journal." + key);
    Config bounds =
        com.typesafe.config.ConfigFactory.parseString("min = " + min + ", max = " + max);
    check(
        value.compareTo(bounds.getDuration("min")) >= 0
            && value.compareTo(bounds.getDuration("max")) <= 0,
        "journal." + key,
        "is " + value.toMillis() + " ms; give a duration from " + min + " to " + max);
    return value;
  }

  private static long number(long value, String key, long min, long max) {
    check(
        value >= min && value <= max,
        "journal." + key,
        "is " + value + "; give a number from " + min + " to " + max);
    return value;
  }

  private static void check(boolean ok, String key, String mend) {
    if (!ok) {
      throw new ConfigException.Generic("flotilla." + key + " " + mend);
    }
  }
}
