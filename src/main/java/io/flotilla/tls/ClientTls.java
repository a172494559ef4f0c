package io.flotilla.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom a client believes. */
public final class ClientTls {
  private ClientTls() {}

  /** Whose certificate was signed by a CA of this file, and is for the host that was asked. */
  public static SSLContext trusting(Path caFile) {
    try {
      return context(Credentials.trust(Pem.certificates(Authority.bytes(caFile), caFile)));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("can't use " + caFile + ": " + e.getMessage());
    }
  }

  /** Whoever answers: what is sent is hidden from those who only listen. */
  public static SSLContext trustingAnybody() {
    try {
      return context(new Credulous());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(TrustManager trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust}, null);
    return context;
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
