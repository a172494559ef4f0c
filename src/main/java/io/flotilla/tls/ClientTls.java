package io.flotilla.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom a client believes, and what it proves itself with. */
public final class ClientTls {
  private ClientTls() {}

  /**
   * A client's own certificate, followed by those between it and the CA, if any, and its key.
   *
   * @param key without a password
   */
  public record Own(Path certificate, Path key) {}

  /**
   * Whose certificate was signed by a CA of this file, and is for the host that was asked.
   *
   * @param caFile null: the CAs that Java knows
   * @param own shown to servers that ask for it
   */
  public static SSLContext trusting(Path caFile, Optional<Own> own) {
    try {
      return context(
          caFile == null
              ? null
              : Credentials.trust(Pem.certificates(Authority.bytes(caFile), caFile)),
          own);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("can't use " + caFile + ": " + e.getMessage());
    }
  }

  /** Whoever answers: what is sent is hidden from those who only listen. */
  public static SSLContext trustingAnybody(Optional<Own> own) {
    try {
      return context(new Credulous(), own);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(TrustManager trust, Optional<Own> own)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own.isPresent() ? keys(own.get()) : null,
        trust == null ? null : new TrustManager[] {trust},
        null);
    return context;
  }

  private static KeyManager[] keys(Own own) throws GeneralSecurityException, IOException {
    List<X509Certificate> chain =
        Pem.certificates(Authority.bytes(own.certificate()), own.certificate());
    PrivateKey key = Pem.key(Authority.bytes(own.key()), own.key());
    if (!Credentials.areOnePair(chain.get(0), key)) {
      throw new TlsException(own.key() + " isn't the key of " + own.certificate());
    }
    return Credentials.keys(chain, key);
  }

  /** Being an "extended" one, it is not asked about host names. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
