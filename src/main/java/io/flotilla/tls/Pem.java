package io.flotilla.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Certificates and keys as text (RFC 7468). Keys are written in PKCS#8, as Java has them, and read
 * in the forms of RSA (PKCS#1) and of elliptic curves (SEC 1), too, without a password.
 */
final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final String RSA_KEY = "RSA PRIVATE KEY";
  private static final String EC_KEY = "EC PRIVATE KEY";
  private static final List<String> KINDS = List.of("EC", "RSA", "Ed25519");
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private Pem() {}

  static String write(X509Certificate certificate) throws GeneralSecurityException {
    return block(CERTIFICATE, certificate.getEncoded());
  }

  static String write(PrivateKey key) {
    return block(KEY, key.getEncoded());
  }

  private static String block(String label, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /** At least one; a certificate is followed by that of its issuer. */
  static List<X509Certificate> certificates(byte[] text, Object file) {
    List<X509Certificate> found = new ArrayList<>();
    Matcher block = blocks(text);
    while (block.find()) {
      if (block.group(1).equals(CERTIFICATE)) {
        found.add(certificate(decoded(block.group(2), file), file));
      }
    }
    if (found.isEmpty()) {
      throw none(CERTIFICATE, file);
    }
    return List.copyOf(found);
  }

  private static X509Certificate certificate(byte[] content, Object file) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new TlsException(file + " has a certificate that can't be read: " + e.getMessage());
    }
  }

  static PrivateKey key(byte[] text, Object file) {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs8(text, file));
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        // It may be of the next kind.
      }
    }
    throw new TlsException(file + " has a key of another kind than " + String.join(", ", KINDS));
  }

  /** The first key, whichever form it is in. */
  private static byte[] pkcs8(byte[] text, Object file) {
    Matcher block = blocks(text);
    while (block.find()) {
      String label = block.group(1);
      if (label.equals(KEY)) {
        return decoded(block.group(2), file);
      } else if (label.equals(RSA_KEY) || label.equals(EC_KEY)) {
        return wrapped(label, decoded(block.group(2), file), file);
      }
    }
    throw isEncrypted(text)
        ? new TlsException(
            file
                + " has a key with a password, which nobody is there to type. To have it without:"
                + " openssl pkey -in "
                + file
                + " -out NEW-FILE")
        : none(KEY, file);
  }

  /** What PKCS#8 says besides the key itself: what it is for. */
  private static byte[] wrapped(String label, byte[] key, Object file) {
    try {
      if (label.equals(RSA_KEY)) {
        AlgorithmIdentifier rsa =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return new PrivateKeyInfo(rsa, RSAPrivateKey.getInstance(key)).getEncoded();
      }
      ECPrivateKey ec = ECPrivateKey.getInstance(key);
      AlgorithmIdentifier curve =
          new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, ec.getParametersObject());
      return new PrivateKeyInfo(curve, ec).getEncoded();
    } catch (IOException | RuntimeException e) {
      throw new TlsException(file + " has a key that can't be read: " + e.getMessage());
    }
  }

  /** In PKCS#8, or in the form of OpenSSL before 1.0. */
  private static boolean isEncrypted(byte[] text) {
    String pem = new String(text, StandardCharsets.US_ASCII);
    return pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED");
  }

  private static Matcher blocks(byte[] text) {
    return BLOCK.matcher(new String(text, StandardCharsets.US_ASCII));
  }

  private static TlsException none(String label, Object file) {
    return new TlsException(file + " has no block \"-----BEGIN " + label + "-----\"");
  }

  private static byte[] decoded(String base64, Object file) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new TlsException(file + " isn't PEM: " + e.getMessage());
    }
  }
}
