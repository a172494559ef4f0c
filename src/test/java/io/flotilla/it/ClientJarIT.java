package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A third party's program: compiled and run with the client's jar and the dependencies in its POM,
 * and nothing else of this project.
 */
class ClientJarIT {
  private static final Path JAR = Path.of("target/flotilla-client.jar").toAbsolutePath();
  private static final String POM = "META-INF/maven/io.flotilla/flotilla-client/pom.xml";

  private static final String PROGRAM =
      """
      import io.flotilla.client.*;
      import java.time.Duration;

      class Program {
        public static void main(String[] args) throws Exception {
          try (Flotilla f = Flotilla.builder(args[0]).deadline(Duration.ofMinutes(3)).build()) {
            f.kv().set("colour", "green").join();
            System.out.println(f.kv().get("colour").join().orElseThrow().text());
            System.out.println(f.cluster().view().join().members().size() + " member");
          }
        }
      }
      """;

  @TempDir Path dir;

  @Test
  void a_program_needs_the_clients_jar_and_what_its_pom_asks_for() throws IOException {
    List<Path> jars = new ArrayList<>(List.of(JAR));
    jars.addAll(PomClassPath.of(pom()));
    String classPath =
        jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    compile(classPath);
    try (RealCluster cluster = RealCluster.start(dir.resolve("data"), 1);
        RealProcess program =
            RealProcess.java(
                dir, classPath + File.pathSeparator + dir, "Program", cluster.addresses())) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.lines()).containsExactly("green", "1 member");
    }
  }

  @Test
  void there_is_nothing_but_the_client_in_its_jar() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName))
          .contains("io/flotilla/client/Flotilla.class", POM)
          .allMatch(
              name -> name.matches("META-INF/.*|reference.conf|io/flotilla/(client|akka)/[^/]+"));
    }
  }

  @Test
  void its_pom_asks_for_jackson_only() throws IOException {
    assertThat(PomClassPath.of(pom()))
        .isNotEmpty()
        .allMatch(
            jar -> jar.getFileName().toString().matches("jackson-(databind|core|annotations)-.*"));
  }

  private static byte[] pom() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.getInputStream(jar.getEntry(POM)).readAllBytes();
    }
  }

  private void compile(String classPath) throws IOException {
    Path source = Files.writeString(dir.resolve("Program.java"), PROGRAM);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                messages,
                messages,
                "-cp",
                classPath,
                "-proc:none",
                "-Werror",
                "-d",
                dir.toString(),
                source.toString());
    assertThat(code).as(messages.toString(StandardCharsets.UTF_8)).isZero();
  }
}
