package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Finds the cluster that {@code up} runs: {@code --data}, else ./data, else the last one started.
 */
final class DataOption {
  static final String DEFAULT = "data";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The cluster's directory. Default: ./data, else that of the last ./flotilla up")
  private Path data;

  /** The directory and what runs in it. */
  record Found(Path data, UpState state) {}

  Found find() {
    if (data != null) {
      return found(data)
          .orElseThrow(() -> new CliException("no cluster was started with --data %s", data));
    }
    return found(Path.of(DEFAULT))
        .or(() -> last().flatMap(DataOption::found))
        .orElseThrow(() -> new CliException("no cluster runs here; start one with ./flotilla up"));
  }

  /** The same if there is one, and it runs. */
  Optional<Found> running() {
    Optional<Found> found =
        data == null
            ? found(Path.of(DEFAULT)).or(() -> last().flatMap(DataOption::found))
            : Optional.of(find());
    return found.filter(f -> !f.state().alive().isEmpty());
  }

  private static Optional<Found> found(Path dir) {
    Path data = dir.toAbsolutePath().normalize();
    return UpState.load(data).map(state -> new Found(data, state));
  }

  /** Remembers the last cluster's directory for terminals in other directories. */
  static void remember(Path data) {
    try {
      Files.createDirectories(pointer().getParent());
      Files.writeString(pointer(), data.toAbsolutePath().normalize().toString());
    } catch (IOException e) {
      Screen.remark("could not record %s in %s; pass it as --data", data, pointer());
    }
  }

  private static Optional<Path> last() {
    try {
      return Files.exists(pointer())
          ? Optional.of(Path.of(Files.readString(pointer()).strip()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path pointer() {
    String state = System.getenv("XDG_STATE_HOME");
    Path base =
        state == null || state.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return base.resolve("flotilla").resolve("last-data-dir");
  }
}
