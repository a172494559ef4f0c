package io.flotilla.tls;

import java.io.ByteArrayInputStream;
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

/** Certificates and keys as text (RFC 7468). Keys are in PKCS#8, without a password. */
final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
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
    for (byte[] content : blocks(text, CERTIFICATE, file)) {
      try {
        found.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(content)));
      } catch (CertificateException e) {
        throw new TlsException(file + " has a certificate that can't be read: " + e.getMessage());
      }
    }
    return List.copyOf(found);
  }

  static PrivateKey key(byte[] text, Object file) {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(blocks(text, KEY, file).get(0));
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        // It may be of the next kind.
      }
    }
    throw new TlsException(file + " has a key of another kind than " + String.join(", ", KINDS));
  }

  private static List<byte[]> blocks(byte[] text, String label, Object file) {
    List<byte[]> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(text, StandardCharsets.US_ASCII));
    while (block.find()) {
      if (block.group(1).equals(label)) {
        found.add(decoded(block.group(2), file));
      }
    }
    if (found.isEmpty()) {
      throw new TlsException(file + " has no block \"-----BEGIN " + label + "-----\"");
    }
    return found;
  }

  private static byte[] decoded(String base64, Object file) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new TlsException(file + " isn't PEM: " + e.getMessage());
    }
  }
}
