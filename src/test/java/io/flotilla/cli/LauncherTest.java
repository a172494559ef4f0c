package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which options the launcher script gives Java. A script that prints them is Java here. */
class LauncherTest {
  private static final Instant BUILT = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path home;
  @TempDir private Path dir;

  @BeforeEach
  void copyProgram() throws IOException {
    Files.copy(Path.of("flotilla"), home.resolve("flotilla"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(home.resolve("target"));
    file("flotilla.jar", BUILT);
    Path java = Files.createDirectories(home.resolve("java/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void file(String name, Instant changed) throws IOException {
    Path file = Files.writeString(home.resolve("target").resolve(name), name);
    Files.setLastModifiedTime(file, FileTime.from(changed));
  }

  private String optionsWithJava(String version) throws IOException {
    Files.writeString(
        home.resolve("java/release"),
        "JAVA_RUNTIME_VERSION=\"" + version + "\"\nOS_NAME=\"any\"\n");
    return new Launcher(dir, home.resolve("flotilla"))
        .with("JAVA_HOME", home.resolve("java").toString())
        .run("kv", "list")
        .output();
  }

  @Test
  void an_archive_is_used_if_it_is_of_this_java_and_this_jar() throws IOException {
    file("flotilla-17.0.15+6.jsa", BUILT.plusSeconds(60));
    file("flotilla-21.0.1+1.jsa", BUILT.minusSeconds(60));
    assertThat(optionsWithJava("17.0.15+6"))
        .contains("-XX:SharedArchiveFile=" + home.resolve("target/flotilla-17.0.15+6.jsa"));
    assertThat(optionsWithJava("17.0.16+1")).doesNotContain("SharedArchiveFile");
    assertThat(optionsWithJava("21.0.1+1")).doesNotContain("SharedArchiveFile");
  }

  @Test
  void one_with_profiles_comes_first_and_one_without_stands_in_for_it() throws IOException {
    file("flotilla-25.0.3+9.jsa", BUILT.plusSeconds(60));
    file("flotilla-25.0.3+9.aot", BUILT.plusSeconds(60));
    assertThat(optionsWithJava("25.0.3+9"))
        .contains("-XX:AOTCache=" + home.resolve("target/flotilla-25.0.3+9.aot"))
        .doesNotContain("SharedArchiveFile");
    file("flotilla-25.0.3+9.aot", BUILT.minusSeconds(60)); // of an older jar
    assertThat(optionsWithJava("25.0.3+9"))
        .contains("-XX:SharedArchiveFile=" + home.resolve("target/flotilla-25.0.3+9.jsa"))
        .doesNotContain("AOTCache");
  }

  @Test
  void installed_it_is_beside_the_jar_and_called_through_a_link() throws IOException {
    Path installed = Files.createDirectories(home.resolve("installed"));
    for (String file :
        List.of("flotilla", "target/flotilla.jar", "src/main/resources/jvm/heap.sh")) {
      Path from = (file.endsWith(".sh") ? Path.of("") : home).resolve(file);
      Path to = installed.resolve(from.getFileName());
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(home.resolve("java/release"), "JAVA_RUNTIME_VERSION=\"17.0.15+6\"\n");
    Path archive = Files.writeString(installed.resolve("flotilla-17.0.15+6.jsa"), "any");
    Path link = Files.createSymbolicLink(home.resolve("link"), Path.of("installed/flotilla"));
    assertThat(
            new Launcher(dir, link)
                .with("JAVA_HOME", home.resolve("java").toString())
                .run("node")
                .output())
        .contains("@" + installed.resolve("node.options"))
        .contains("-XX:SharedArchiveFile=" + archive)
        .contains("-Xmx")
        .contains("-jar " + installed.resolve("flotilla.jar") + " node");
  }

  @Test
  void options_are_only_those_that_this_java_knows() throws IOException {
    assertThat(optionsWithJava("17.0.15+6")).doesNotContain("native-access", "Xlog:aot");
    assertThat(optionsWithJava("24.0.1+1")).contains("native-access").doesNotContain("Xlog:aot");
    assertThat(optionsWithJava("25.0.3+9")).contains("native-access", "Xlog:aot=off");
    assertThat(optionsWithJava("100+1")).doesNotContain("SharedArchiveFile", "AOTCache");
  }
}
