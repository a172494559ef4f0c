package io.flotilla.tls;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as this node speaks it. The files may be replaced while it runs: connections that are made
 * from then on use what is new; those that are open go on.
 */
public final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  /** The first byte of a handshake (RFC 8446, 5.1). */
  public static final int HANDSHAKE = 22;

  static final Duration WARN_BEFORE = Duration.ofDays(30);

  private static final Duration WARN_EVERY = Duration.ofDays(1);
  private static final int LOOK_SECONDS = 2;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final TlsFiles files;
  private final String node;
  private final Clock clock;

  private volatile Credentials current;

  /** What was looked at last; of {@link #look} alone, as are the others. */
  private Credentials.Texts seen;

  private Credentials.Texts changed;
  private String complaint = "";
  private Instant warned = Instant.MIN;

  private Tls(TlsFiles files, String node, Clock clock) {
    this.files = files;
    this.node = node;
    this.clock = clock;
    this.seen = Credentials.Texts.read(files);
    this.current = Credentials.of(seen, files, node, clock.instant());
  }

  /**
   * Reads the files.
   *
   * @param node this node, whose certificate it must be
   * @throws TlsException if they are of no use
   */
  public static Tls of(TlsFiles files, String node, Clock clock) {
    return new Tls(files, node, clock);
  }

  /** Looks at the files from now on, in a thread of its own, until the result is closed. */
  public Watching watch() {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "tls-files");
              made.setDaemon(true);
              return made;
            });
    thread.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    return thread::shutdownNow;
  }

  /** Ends when it is closed. */
  @FunctionalInterface
  public interface Watching extends AutoCloseable {
    @Override
    void close();
  }

  void look() {
    try {
      Credentials.Texts now = Credentials.Texts.read(files);
      if (!now.areAs(seen)) {
        take(now);
      }
      complaint = "";
    } catch (RuntimeException e) {
      complain(String.valueOf(e.getMessage()));
    }
    warn();
  }

  /** Once, however long it stays as it is. */
  private void complain(String why) {
    if (!why.equals(complaint)) {
      complaint = why;
      LOG.warn("TLS goes on with the certificate it has: {}", why);
    }
  }

  /** Files are replaced one after the other, so what has changed must be the same twice. */
  private void take(Credentials.Texts now) {
    if (changed == null || !now.areAs(changed)) {
      changed = now;
      return;
    }
    changed = null;
    seen = now; // so that what is wrong with it is said once
    current = Credentials.of(now, files, node, clock.instant());
    warned = Instant.MIN;
    LOG.info("TLS has a new certificate, which is valid until {}", current.expires());
  }

  private void warn() {
    Instant now = clock.instant();
    Duration left = Duration.between(now, current.expires());
    if (left.compareTo(WARN_BEFORE) < 0
        && (warned == Instant.MIN || Duration.between(warned, now).compareTo(WARN_EVERY) >= 0)) {
      warned = now;
      LOG.warn(
          "The certificate in {} or its CA's expires in {} days, on {}: put a new one in its place"
              + " (./flotilla ca issue); the node need not be restarted",
          files.certificate(),
          left.toDays(),
          current.expires());
    }
  }

  /** When the first of its certificates does, in seconds since 1970. */
  public double expirySeconds() {
    return current.expires().getEpochSecond();
  }

  /** For a connection of somebody who must prove who he is: another node, or a client if so set. */
  public SSLEngine accepting() {
    SSLEngine engine = engine(current.context().createSSLEngine(), false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  /** For a connection to another node, whose name {@link #peer} tells afterwards. */
  public SSLEngine dialling() {
    return engine(current.context().createSSLEngine(), true);
  }

  /** For a connection to another node, whose certificate must be for this host. */
  public SSLEngine dialling(String host, int port) {
    SSLEngine engine = engine(current.context().createSSLEngine(host, port), true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** For a connection of a client, which need not prove who it is. */
  public SSLEngine serving() {
    return engine(current.context().createSSLEngine(), false);
  }

  private static SSLEngine engine(SSLEngine engine, boolean client) {
    engine.setUseClientMode(client);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /** The node on the other side, as its certificate says. */
  public static String peer(SSLSession session) throws SSLException {
    X509Certificate certificate;
    try {
      certificate = (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new SSLException("the other side has shown no certificate");
    }
    return NodeName.of(certificate)
        .orElseThrow(
            () ->
                new SSLException(
                    "the other side's certificate, of "
                        + certificate.getSubjectX500Principal()
                        + ", is no node's"));
  }
}
