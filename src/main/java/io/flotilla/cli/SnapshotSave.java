package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.journal.Backup;
import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snapshot save FILE}. */
@Command(
    name = "save",
    description = "Save all that a cluster stores, as it is at one index of its log.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The file gets its name once all of it is there, checked and on the disk.",
      "With --every, FILE is a directory, and each file is named by its time.",
      "Whoever has the file has all that is stored: keep it where only you can read it.",
      "",
      "Examples:",
      "  ./flotilla snapshot save monday.snap",
      "  ./flotilla snapshot save --every 1h --keep 24 /var/backups/flotilla"
    })
final class SnapshotSave implements Callable<Integer> {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'flotilla-'uuuuMMdd'T'HHmmss'Z.snap'").withZone(ZoneOffset.UTC);

  @Spec private CommandSpec command;
  @Mixin private MemberCommand.Target target;

  @Parameters(index = "0", paramLabel = "FILE", description = "Is replaced if it exists.")
  private Path file;

  @Option(
      names = "--every",
      converter = Times.class,
      paramLabel = "TIME",
      description = "Save one at once, and then one each 1h, 30m ...; until Ctrl-C.")
  private Duration every;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "24",
      description = "With --every, how many files stay; the oldest go. Default: ${DEFAULT-VALUE}")
  private int keep;

  @Option(
      names = "--timeout",
      converter = Times.class,
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long one may take. Default: ${DEFAULT-VALUE}")
  private Duration timeout;

  @Override
  public Integer call() throws IOException {
    try (Flotilla flotilla = target.connect()) {
      if (every == null) {
        save(flotilla, file.resolveSibling(file.getFileName() + ".part"), saved -> file);
        return 0;
      }
      if (every.compareTo(Duration.ofSeconds(1)) < 0 || keep < 1) {
        throw new ParameterException(
            command.commandLine(), "--every must be at least 1s, and --keep at least 1");
      }
      OwnerOnly.createDirectories(file);
      return saveAgainAndAgain(flotilla);
    }
  }

  /** One that fails is said, and the next one is tried all the same. */
  private int saveAgainAndAgain(Flotilla flotilla) {
    try {
      while (true) {
        long next = System.nanoTime() + every.toNanos();
        saveOne(flotilla);
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private void saveOne(Flotilla flotilla) {
    try {
      save(
          flotilla,
          file.resolve("flotilla.part"),
          saved -> file.resolve(NAME.format(saved.taken())));
      deleteOldest();
    } catch (IOException | FlotillaException e) {
      Screen.remark("%s", "no snapshot was saved: " + e.getMessage());
    }
  }

  /**
   * @param part is called so until it is complete, checked and on the disk
   */
  private void save(Flotilla flotilla, Path part, Function<Backup.Contents, Path> name)
      throws IOException {
    try {
      Files.deleteIfExists(part);
      OwnerOnly.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      flotilla.cluster().snapshot(part, timeout);
      Backup.Contents saved = Backup.inspect(part);
      try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Path target = name.apply(saved);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      Screen.say(
          "%s is saved and checked: log index %d, %d bytes.",
          target, saved.index(), saved.fileBytes());
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void deleteOldest() throws IOException {
    List<Path> own;
    try (Stream<Path> all = Files.list(file)) {
      own = all.filter(SnapshotSave::isOwn).sorted().toList();
    }
    for (Path old : own.subList(0, Math.max(0, own.size() - keep))) {
      Files.delete(old);
    }
  }

  private static boolean isOwn(Path path) {
    return path.getFileName().toString().matches("flotilla-\\d{8}T\\d{6}Z\\.snap");
  }
}
