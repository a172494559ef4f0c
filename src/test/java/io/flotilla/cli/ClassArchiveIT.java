package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.cli.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class archive, made by the launcher in a copy of the program's directory. */
class ClassArchiveIT {
  /** A place where Java can't write the archive at exit. */
  private static final String NOWHERE = "-XX:ArchiveClassesAtExit=/nowhere/at/all.jsa";

  @TempDir private Path home;
  @TempDir private Path dir;

  @BeforeEach
  void copyProgram() throws IOException {
    Files.createDirectories(home.resolve("target"));
    Files.copy(Path.of("flotilla"), home.resolve("flotilla"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(Path.of("target/flotilla.jar"), home.resolve("target/flotilla.jar"));
  }

  private Launcher flotilla() {
    return new Launcher(dir, home.resolve("flotilla"));
  }

  private List<String> besidesTheJar() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("target"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.equals("flotilla.jar"))
          .toList();
    }
  }

  @Test
  void it_is_made_once_and_what_a_killed_maker_left_is_removed() throws IOException {
    String unfinished = "flotilla-unfinished-" + Integer.MAX_VALUE;
    Files.writeString(home.resolve("target").resolve(unfinished), "half");
    Files.writeString(home.resolve("target").resolve(unfinished + ".config"), "what Java adds");
    Outcome made = flotilla().run("class-archive");
    assertThat(made.exitCode()).as(made.all()).isZero();
    assertThat(made.errors()).contains("Created " + home);
    String archive = ClassArchive.Form.best().nameFor(System.getProperty("java.runtime.version"));
    assertThat(besidesTheJar()).containsExactly(archive);
    // Who makes it when the program is installed isn't who runs the nodes.
    assertThat(Files.getPosixFilePermissions(home.resolve("target").resolve(archive)))
        .contains(PosixFilePermission.OTHERS_READ);

    Outcome again = flotilla().run("class-archive");
    assertThat(again.exitCode()).isZero();
    assertThat(again.errors()).contains("Already exists: " + home);

    Files.writeString(home.resolve("target").resolve(archive), "not what Java wrote");
    Outcome without = flotilla().run("--help");
    assertThat(without.exitCode()).isZero();
    assertThat(without.errors()).isEmpty();
  }

  @Test
  void a_node_that_does_not_start_is_told_with_its_reason() throws IOException {
    Outcome failed =
        flotilla()
            .with("FLOTILLA_JAVA_OPTS", "-Dflotilla.journal.max-pause=1s")
            .run("class-archive");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.errors())
        .contains("can't create the class archive", "exit code 2", "max-pause is 1000 ms");
    assertThat(besidesTheJar()).isEmpty();
  }

  @Test
  void up_goes_on_without_it_and_says_so_in_a_line() throws IOException {
    int base = UpIT.freeBase();
    Launcher flotilla = flotilla().with("FLOTILLA_JAVA_OPTS", NOWHERE);
    try (Launcher.Running up =
        flotilla.start(
            "", "up", "--nodes=1", "--http-port=" + base, "--data=" + dir.resolve("data"))) {
      await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> up.output().contains("Ctrl-C") || !up.process().isAlive());
      assertThat(up.process().isAlive()).as(up.output() + up.errors()).isTrue();
      assertThat(
              up.errors().lines().filter(line -> line.contains("can't create the class archive")))
          .singleElement()
          .asString()
          .contains("Nodes start a little slower");
      assertThat(besidesTheJar()).isEmpty();
    }
  }
}
