package io.flotilla.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A certificate authority of a test, and the files of nodes. */
public final class TestCa {
  private static final Duration YEAR = Duration.ofDays(365);

  private final Path directory;

  /** A new one. */
  public TestCa(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write("ca", Authority.create("CA of a test", Instant.now().minus(YEAR), YEAR.multipliedBy(3)));
  }

  /** A node's files, which may be there already. */
  public TlsFiles files(String node) {
    return new TlsFiles(file("ca"), file(node), file(node + "-key"));
  }

  /** Issues a certificate, in place of an earlier one. */
  public TlsFiles issue(String node) {
    return issue(node, Instant.now(), YEAR);
  }

  TlsFiles issue(String node, Instant now, Duration validity) {
    Authority ca = Authority.read(file("ca"), file("ca-key"));
    write(node, ca.issue(node, List.of("127.0.0.1"), now, validity));
    return files(node);
  }

  public Tls tls(String node) {
    return Tls.of(issue(node), node, Clock.systemUTC());
  }

  private Path file(String name) {
    return directory.resolve(name + ".pem");
  }

  private void write(String name, Authority.Signed signed) {
    try {
      replace(file(name + "-key"), signed.key());
      replace(file(name), signed.certificate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As who renews a certificate does. */
  private static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
