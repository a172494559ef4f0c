package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the jar is made of: the libraries that were decided on, and nothing that nobody needs. */
class SupplyChainIT {
  private static final Path JAR = Path.of("target/flotilla.jar");
  private static final Path BILL = Path.of("target/bom.json");
  private static final Path DECIDED = Path.of("docs/decisions/0001-versions.md");
  private static final Pattern ROW = Pattern.compile("\\| [^ |]+:[^ |]+ \\| [^ |]+ \\| [^|]+ \\|");

  /** gRPC, OpenSSL and LMDB, with what finds native libraries for the last. */
  private static final Pattern UNNEEDED =
      Pattern.compile(
          "(?!META-INF/maven/).*(/io/grpc/|/proto/grpc/|tcnative).*"
              + "|org/lmdbjava/.+|jnr/.+|jni/.+|com/kenai/.+|org/objectweb/.+");

  /** Ratis' Netty, where it has something of its own for the system; it works without. */
  private static final Pattern NATIVE =
      Pattern.compile("META-INF/native/liborg_apache_ratis_thirdparty_netty_.+");

  private static List<String> names() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  @Test
  void eachLibraryIsOneThatWasDecidedOnInItsVersionAndUnderItsLicence() throws IOException {
    assumeTrue(Files.exists(BILL), "the bill of materials is left out by mvn --offline");
    JsonNode components = new ObjectMapper().readTree(BILL.toFile()).path("components");
    List<String> rows =
        StreamSupport.stream(components.spliterator(), false).map(SupplyChainIT::row).toList();
    List<String> decided =
        Files.readAllLines(DECIDED).stream().filter(ROW.asMatchPredicate()).toList();
    assertThat(rows).as(BILL + " has all libraries").hasSizeGreaterThan(30);
    assertThat(new TreeSet<>(rows))
        .as("the rows of the table in " + DECIDED)
        .containsExactlyElementsOf(decided);
  }

  private static String row(JsonNode component) {
    List<String> licences = new ArrayList<>();
    for (JsonNode each : component.path("licenses")) {
      JsonNode licence = each.path("license");
      licences.add(
          Stream.of(each.path("expression"), licence.path("id"), licence.path("name"))
              .map(JsonNode::asText)
              .filter(text -> !text.isEmpty())
              .findFirst()
              .orElse("unknown"));
    }
    return "| %s:%s | %s | %s |"
        .formatted(
            component.path("group").asText(),
            component.path("name").asText(),
            component.path("version").asText(),
            licences.stream().sorted().collect(Collectors.joining(", ")));
  }

  @Test
  void thereIsNothingThatNobodyNeeds() throws IOException {
    assertThat(names()).contains("io/flotilla/Main.class").noneMatch(UNNEEDED.asMatchPredicate());
  }

  @Test
  void nativeLibrariesAreThoseOfRaftsTransport() throws IOException {
    assertThat(names())
        .filteredOn(name -> name.matches(".*\\.(so|a|dll|dylib|jnilib|sl)"))
        .isNotEmpty()
        .allMatch(NATIVE.asMatchPredicate());
  }
}
