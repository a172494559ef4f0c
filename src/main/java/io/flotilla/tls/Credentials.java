package io.flotilla.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What was read from the files at one time.
 *
 * @param context with which all connections begin that are made now
 * @param expires when the first of its certificates does
 */
record Credentials(SSLContext context, Instant expires) {
  private static final char[] NO_PASSWORD = {};

  /** Who resumes a session within this time isn't asked for his certificate again. */
  private static final int SESSION_SECONDS = 3600;

  /** The three files' contents. */
  record Texts(byte[] ca, byte[] certificate, byte[] key) {
    static Texts read(TlsFiles files) {
      return new Texts(
          Authority.bytes(files.ca()),
          Authority.bytes(files.certificate()),
          Authority.bytes(files.key()));
    }

    boolean areAs(Texts others) {
      return java.util.Arrays.equals(ca, others.ca)
          && java.util.Arrays.equals(certificate, others.certificate)
          && java.util.Arrays.equals(key, others.key);
    }
  }

  /**
   * @param node whose certificate it must be
   */
  static Credentials of(Texts texts, TlsFiles files, String node, Instant now) {
    List<X509Certificate> cas = Pem.certificates(texts.ca(), files.ca());
    List<X509Certificate> chain = Pem.certificates(texts.certificate(), files.certificate());
    PrivateKey key = Pem.key(texts.key(), files.key());
    X509Certificate own = chain.get(0);
    String name = NodeName.of(own).orElse("no node");
    if (!name.equals(node)) {
      throw new TlsException(
          files.certificate() + " is the certificate of " + name + ", not of node " + node);
    }
    if (!areOnePair(own, key)) {
      throw new TlsException(files.key() + " isn't the key of " + files.certificate());
    }
    Instant expires =
        Stream.concat(cas.stream(), chain.stream())
            .map(certificate -> certificate.getNotAfter().toInstant())
            .min(Instant::compareTo)
            .orElseThrow();
    if (!expires.isAfter(now)) {
      throw new TlsException(
          "a certificate in "
              + files.certificate()
              + " or "
              + files.ca()
              + " expired on "
              + expires
              + ": issue a new one (./flotilla ca issue)");
    }
    try {
      return new Credentials(context(cas, chain, key), expires);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("can't use " + files.certificate() + ": " + e.getMessage());
    }
  }

  private static SSLContext context(
      List<X509Certificate> cas, List<X509Certificate> chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(chain, key), new TrustManager[] {new PeerTrust(trust(cas))}, null);
    context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
    context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
    return context;
  }

  static KeyManager[] keys(List<X509Certificate> chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore own = empty();
    own.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, NO_PASSWORD);
    return keys.getKeyManagers();
  }

  static X509ExtendedTrustManager trust(List<X509Certificate> cas)
      throws GeneralSecurityException, IOException {
    KeyStore believed = empty();
    for (int i = 0; i < cas.size(); i++) {
      believed.setCertificateEntry("ca" + i, cas.get(i));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(believed);
    return (X509ExtendedTrustManager) trust.getTrustManagers()[0];
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** Tries it: what the one signs, the other accepts. */
  static boolean areOnePair(X509Certificate certificate, PrivateKey key) {
    try {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
          };
      byte[] sample = {1, 2, 3};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
