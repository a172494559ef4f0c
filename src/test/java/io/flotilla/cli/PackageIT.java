package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.FreePorts;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package, if it was built: {@code mvn -Pdeb verify}. It is unpacked, not installed. */
class PackageIT {
  private static final Path PACKAGE = Path.of("target/flotilla.deb");

  @TempDir private static Path root;
  @TempDir private Path dir;

  @BeforeAll
  static void unpack() throws IOException {
    Assumptions.assumeTrue(Files.exists(PACKAGE), "the package was not built (-Pdeb)");
    Assumptions.assumeTrue(
        Files.getLastModifiedTime(PACKAGE)
                .compareTo(Files.getLastModifiedTime(Path.of("target/flotilla.jar")))
            >= 0,
        "the package is of an earlier build");
    Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/dpkg-deb")), "dpkg-deb isn't installed");
    output("dpkg-deb", "-x", PACKAGE.toString(), root.toString());
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    try {
      assertThat(process.waitFor()).as(output).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return output;
  }

  private String unit(String key) throws IOException {
    return Files.readAllLines(root.resolve("lib/systemd/system/flotilla.service")).stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void its_settings_are_kept_its_scripts_are_scripts_and_it_needs_java() throws IOException {
    Path control = dir.resolve("control");
    output("dpkg-deb", "-e", PACKAGE.toString(), control.toString());
    assertThat(Files.readAllLines(control.resolve("conffiles")))
        .containsExactlyInAnyOrder("/etc/flotilla/flotilla.conf", "/etc/default/flotilla")
        .allMatch(file -> Files.exists(root.resolve(file.substring(1))));
    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(Files.isExecutable(control.resolve(script))).isTrue();
      output("sh", "-n", control.resolve(script).toString());
    }
    assertThat(output("dpkg-deb", "-f", PACKAGE.toString(), "Depends"))
        .contains("java17-runtime-headless");
    assertThat(output("dpkg-deb", "-c", PACKAGE.toString()))
        .contains("-rw-r----- root/root")
        .contains("./usr/share/man/man1/flotilla.1.gz")
        .doesNotContain("flotilla-unfinished", ".jsa");
  }

  @Test
  void a_node_runs_as_the_service_starts_it() throws IOException {
    List<String> command = List.of(unit("ExecStart").split(" "));
    assertThat(command.get(0)).isEqualTo("/usr/bin/flotilla");
    String[] arguments =
        command.stream()
            .skip(1)
            .map(word -> word.startsWith("/") ? root + word : word)
            .toArray(String[]::new);
    List<Integer> ports = FreePorts.next(3);
    Launcher launcher =
        new Launcher(dir, root.resolve("usr/bin/flotilla"))
            .with("FLOTILLA_DATA", dir.resolve("data").toString())
            .with("FLOTILLA_HEAP", "256m")
            .with("FLOTILLA_HTTP_PORT", ports.get(0).toString())
            .with("FLOTILLA_CLUSTER_PORT", ports.get(1).toString())
            .with("FLOTILLA_RAFT_PORT", ports.get(2).toString());
    Launcher.Running node = launcher.start("", arguments);
    try (node;
        Flotilla client =
            Flotilla.builder("127.0.0.1:" + ports.get(0)).deadline(Duration.ofMinutes(3)).build()) {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> node.errors() + node.output(), log -> log.contains("n1 serves http://"));
      Flotilla.await(client.kv().set("colour", "green"));
      assertThat(Flotilla.await(client.kv().get("colour")).orElseThrow().text()).isEqualTo("green");
      assertThat(Files.exists(dir.resolve("data/raft"))).isTrue();
    }
    assertThat(node.process().exitValue()).isEqualTo(Integer.parseInt(unit("SuccessExitStatus")));
  }
}
