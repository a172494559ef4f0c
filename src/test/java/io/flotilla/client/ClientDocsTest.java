package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.Diagnostic.Kind;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Everything public in the client's package has a complete Javadoc comment: javac's doclint. */
class ClientDocsTest {
  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
  private static final Path SOURCES = Path.of("src/main/java/io/flotilla/client");

  private static final Set<Kind> FAULTS = Set.of(Kind.WARNING, Kind.MANDATORY_WARNING, Kind.ERROR);

  /** Its parameters are the record's components, which the record's own comment describes. */
  private static final Pattern COMPACT_CONSTRUCTOR = Pattern.compile("\\s*public \\w+ \\{\\s*");

  @Test
  void everything_public_is_documented() throws IOException {
    try (StandardJavaFileManager files = JAVAC.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.list(SOURCES)) {
      List<Path> java = sources.filter(p -> p.toString().endsWith(".java")).sorted().toList();
      assertThat(faults(files.getJavaFileObjectsFromPaths(java))).isEmpty();
    }
  }

  @Test
  void what_is_missing_is_found() throws IOException {
    String source =
        """
        package io.flotilla.client;
        /**
         * A record.
         *
         * @param a its component
         */
        public record Sample(int a) {
          /** Checks nothing. */
          public Sample {
          }
          /** Has a parameter and a result. */
          public int plus(int b) { return a + b; }
          public void bare() {}
          void hidden() {}
        }
        """;
    assertThat(faults(List.of(inMemory("Sample", source))))
        .map(fault -> fault.replaceAll("(?s)^\\S*:(\\d+): (.*)$", "$1 $2"))
        .containsExactlyInAnyOrder("12 no @param for b", "12 no @return", "13 no comment");
  }

  /** What doclint finds, as {@code FILE:LINE: MESSAGE}. */
  private static List<String> faults(Iterable<? extends JavaFileObject> sources)
      throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xdoclint:all/public",
            "-Xdoclint/package:io.flotilla.client",
            "-Xmaxwarns",
            "1000",
            "-cp",
            System.getProperty("java.class.path"));
    // No class files are made.
    ((JavacTask) JAVAC.getTask(null, null, found, options, null, sources)).analyze();
    return found.getDiagnostics().stream()
        .filter(d -> FAULTS.contains(d.getKind()) && !isParameterOfCompactConstructor(d))
        .map(ClientDocsTest::text)
        .toList();
  }

  private static String text(Diagnostic<? extends JavaFileObject> d) {
    String file = d.getSource() == null ? "" : d.getSource().getName();
    return file + ":" + d.getLineNumber() + ": " + d.getMessage(Locale.ENGLISH);
  }

  /** Later versions of javac do not ask for them. */
  private static boolean isParameterOfCompactConstructor(Diagnostic<? extends JavaFileObject> d) {
    return d.getSource() != null
        && d.getMessage(Locale.ENGLISH).contains("@param")
        && COMPACT_CONSTRUCTOR.matcher(line(d)).matches();
  }

  private static String line(Diagnostic<? extends JavaFileObject> d) {
    try {
      String source = d.getSource().getCharContent(true).toString();
      return source.lines().skip(d.getLineNumber() - 1).findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject inMemory(String name, String source) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }
}
