package io.flotilla.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

public class TlsTest {
  @TempDir Path directory;
  private TestCa ca;

  @BeforeEach
  void makeCa() {
    ca = new TestCa(directory.resolve("ca"));
  }

  @Test
  void eachSideLearnsWhichNodeTheOtherIs() throws Exception {
    SSLEngine n1 = ca.tls("n1").accepting();
    SSLEngine n2 = ca.tls("N_2-b").dialling();
    shakeHands(n2, n1);
    assertThat(Tls.peer(n1.getSession())).isEqualTo("N_2-b");
    assertThat(Tls.peer(n2.getSession())).isEqualTo("n1");
  }

  @Test
  void whoShowsNoCertificateIsRefused() throws Exception {
    SSLEngine stranger =
        ClientTls.trusting(ca.files("n1").ca(), Optional.empty()).createSSLEngine();
    stranger.setUseClientMode(true);
    assertThatThrownBy(() -> shakeHands(stranger, ca.tls("n1").accepting()))
        .hasMessageContaining("Empty client certificate chain");
  }

  @Test
  void anotherCasCertificateIsRefused() {
    Tls stranger = new TestCa(directory.resolve("other")).tls("n2");
    assertThatThrownBy(() -> shakeHands(ca.tls("n1").dialling(), stranger.accepting()))
        .hasMessageContaining("signed by none of the CAs in this node's flotilla.tls.ca-file");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    Instant then = Instant.now().minus(Duration.ofDays(10));
    TlsFiles files = ca.issue("n2", then, Duration.ofDays(5));
    Tls late = Tls.of(files, "n2", Clock.fixed(then, ZoneOffset.UTC));
    assertThatThrownBy(() -> shakeHands(ca.tls("n1").dialling(), late.accepting()))
        .hasMessageContaining("CN=n2, expired on ");
    assertThatThrownBy(() -> Tls.of(files, "n2", Clock.systemUTC()))
        .hasMessageContaining("expired on ")
        .hasMessageContaining("./flotilla ca issue");
  }

  @Test
  void aCertificateIsForTheHostsThatItNames() throws Exception {
    SSLEngine right = ca.tls("n1").dialling("127.0.0.1", 1);
    shakeHands(right, ca.tls("n2").accepting());
    assertThatThrownBy(
            () -> shakeHands(ca.tls("n1").dialling("10.0.0.9", 1), ca.tls("n2").accepting()))
        .hasMessageContaining("No subject alternative names matching IP address 10.0.0.9");
  }

  @Test
  void aNodeHasTheCertificateOfItsOwnName() {
    TlsFiles files = ca.issue("n3");
    assertThatThrownBy(() -> Tls.of(files, "n2", Clock.systemUTC()))
        .hasMessageContaining("is the certificate of n3, not of node n2");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    TlsFiles n1 = ca.issue("n1");
    TlsFiles mixed = new TlsFiles(n1.ca(), n1.certificate(), ca.issue("n2").key());
    assertThatThrownBy(() -> Tls.of(mixed, "n1", Clock.systemUTC()))
        .hasMessageContaining("isn't the key of");
  }

  @Test
  void whatIsMissingOrNotPemIsNamed() throws Exception {
    TlsFiles n1 = ca.issue("n1");
    Files.writeString(n1.key(), "nothing");
    assertThatThrownBy(() -> Tls.of(n1, "n1", Clock.systemUTC()))
        .hasMessageContaining("n1-key.pem has no block \"-----BEGIN PRIVATE KEY-----\"");
    Files.delete(n1.certificate());
    assertThatThrownBy(() -> Tls.of(n1, "n1", Clock.systemUTC()))
        .hasMessageContaining("can't read")
        .hasMessageContaining("n1.pem");
  }

  @Test
  void newFilesAreUsedOnceTheyHaveSettled() {
    Tls tls = Tls.of(ca.issue("n1"), "n1", Clock.systemUTC());
    double before = tls.expirySeconds();
    ca.issue("n1", Instant.now(), Duration.ofDays(40));
    tls.look();
    assertThat(tls.expirySeconds()).isEqualTo(before);
    tls.look();
    assertThat(tls.expirySeconds()).isLessThan(before);
  }

  @Test
  void brokenFilesLeaveWhatThereIs() throws Exception {
    TlsFiles files = ca.issue("n1");
    Tls tls = Tls.of(files, "n1", Clock.systemUTC());
    double before = tls.expirySeconds();
    Files.copy(
        ca.issue("n2", Instant.now(), Duration.ofDays(40)).key(),
        files.key(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    tls.look();
    tls.look();
    tls.look();
    assertThat(tls.expirySeconds()).isEqualTo(before);
    shakeHands(ca.tls("n2").dialling(), tls.accepting());
    ca.issue("n1", Instant.now(), Duration.ofDays(50));
    tls.look();
    tls.look();
    assertThat(tls.expirySeconds()).as("mended").isLessThan(before);
  }

  @Test
  void thirtyDaysBeforeItsEndACertificateIsWarnedOfOnceADay() {
    MovedClock clock = new MovedClock();
    Tls tls = Tls.of(ca.issue("n1", clock.now, Duration.ofDays(40)), "n1", clock);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Tls.class);
    logger.addAppender(log);
    try {
      clock.now = clock.now.plus(Duration.ofDays(9));
      tls.look();
      assertThat(log.list).isEmpty();
      clock.now = clock.now.plus(Duration.ofDays(2));
      tls.look();
      tls.look();
      assertThat(log.list).hasSize(1);
      assertThat(log.list.get(0).getFormattedMessage())
          .contains("n1.pem", "expires in 29 days", "./flotilla ca issue");
      clock.now = clock.now.plus(Duration.ofDays(1));
      tls.look();
      assertThat(log.list).hasSize(2);
    } finally {
      logger.detachAppender(log);
    }
  }

  private static final class MovedClock extends Clock {
    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @Test
  void theAuthoritySignsForNodesOnly() {
    Authority authority =
        Authority.read(directory.resolve("ca/ca.pem"), directory.resolve("ca/ca-key.pem"));
    Instant now = Instant.now();
    assertThatThrownBy(() -> authority.issue("a/b", java.util.List.of(), now, Duration.ofDays(1)))
        .hasMessageContaining("is no node id");
    assertThatThrownBy(
            () -> authority.issue("n1", java.util.List.of("a b"), now, Duration.ofDays(1)))
        .hasMessageContaining("is no address and no host name");
    assertThat(authority.issue("n1", java.util.List.of(), now, Duration.ofDays(9999)).expires())
        .as("not longer than itself")
        .isBefore(now.plus(Duration.ofDays(1000)));
  }

  @Test
  void aClientsCertificateIsOfTheCaAndOfNoNode() throws Exception {
    Path own = directory.resolve("billing.pem");
    Path key = directory.resolve("billing-key.pem");
    Authority.Signed billing =
        Authority.read(directory.resolve("ca/ca.pem"), directory.resolve("ca/ca-key.pem"))
            .issueToClient("billing", Instant.now(), Duration.ofDays(1));
    Files.writeString(own, billing.certificate());
    Files.writeString(key, billing.key());
    SSLEngine client =
        ClientTls.trusting(ca.files("n1").ca(), Optional.of(new ClientTls.Own(own, key)))
            .createSSLEngine();
    client.setUseClientMode(true);
    SSLEngine server = ca.tls("n1").accepting();
    shakeHands(client, server);
    assertThatThrownBy(() -> Tls.peer(server.getSession()))
        .hasMessageContaining("of CN=billing, is no node's");
  }

  /** Passes what each says to the other until both are done. */
  public static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < 100 && (isBusy(client) || isBusy(server)); i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    assertThat(isBusy(client) || isBusy(server)).as("still shaking hands").isFalse();
  }

  private static boolean isBusy(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_TASK -> engine.getDelegatedTask().run();
      default -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(1 << 15));
        in.compact();
      }
    }
  }
}
