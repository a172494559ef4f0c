package io.flotilla.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Java's judgement on the other side's certificate, in words that say what to do. */
final class PeerTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTrust.class);

  private final X509ExtendedTrustManager java;

  PeerTrust(X509ExtendedTrustManager java) {
    this.java = java;
  }

  private interface Judgement {
    void make() throws CertificateException;
  }

  /** Logged here, as Akka doesn't say why a connection that comes in has ended. */
  private static void explained(X509Certificate[] chain, Judgement judgement)
      throws CertificateException {
    try {
      judgement.make();
    } catch (CertificateException e) {
      String why = why(chain[0], e);
      LOG.warn("A connection is refused: {}", why);
      throw new CertificateException(why, e);
    }
  }

  private static String why(X509Certificate refused, CertificateException failure) {
    String whose = "the other side's certificate, of " + refused.getSubjectX500Principal() + ",";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return whose + " expired on " + refused.getNotAfter().toInstant();
      } else if (cause instanceof CertificateNotYetValidException) {
        return whose + " isn't valid before " + refused.getNotBefore().toInstant();
      } else if (cause instanceof CertPathBuilderException || isOfNoKnownCa(cause)) {
        return whose + " was signed by none of the CAs in this node's flotilla.tls.ca-file";
      }
    }
    return whose + " doesn't do: " + failure.getMessage();
  }

  /** Also if it has the name of one of them. */
  private static boolean isOfNoKnownCa(Throwable cause) {
    return cause instanceof CertPathValidatorException invalid
        && (invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR
            || invalid.getReason() == BasicReason.INVALID_SIGNATURE);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> java.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> java.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    explained(chain, () -> java.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    explained(chain, () -> java.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    explained(chain, () -> java.checkClientTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    explained(chain, () -> java.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return java.getAcceptedIssuers();
  }
}
