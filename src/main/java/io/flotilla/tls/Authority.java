package io.flotilla.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.util.IPAddress;

/**
 * The cluster's own certificate authority. What it signs is believed by all nodes, so its key
 * belongs on none of them.
 */
public final class Authority {
  /** Clocks differ: what has just been signed must hold on a machine that is behind. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final PrivateKey key;

  private Authority(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A certificate and its key, as PEM. */
  public record Signed(String certificate, String key, Instant expires) {}

  /** A new one. */
  public static Signed create(String name, Instant now, Duration validity) {
    return signing(
        () -> {
          KeyPair pair = newKey();
          X500Name subject = name(name);
          X509v3CertificateBuilder ca =
              new JcaX509v3CertificateBuilder(
                  subject,
                  serial(),
                  Date.from(now.minus(BEFORE)),
                  Date.from(now.plus(validity)),
                  subject,
                  pair.getPublic());
          ca.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          ca.addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
          ca.addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
          return signed(ca, pair.getPrivate(), pair.getPrivate());
        });
  }

  /** One that exists. */
  public static Authority read(Path certificateFile, Path keyFile) {
    X509Certificate certificate = Pem.certificates(bytes(certificateFile), certificateFile).get(0);
    if (certificate.getBasicConstraints() < 0) {
      throw new TlsException(certificateFile + " is no CA's certificate");
    }
    PrivateKey key = Pem.key(bytes(keyFile), keyFile);
    if (!key.getAlgorithm().equals("EC")) {
      throw new TlsException(keyFile + " is no elliptic curve key, as ./flotilla ca init makes");
    }
    if (!Credentials.areOnePair(certificate, key)) {
      throw new TlsException(keyFile + " isn't the key of " + certificateFile);
    }
    return new Authority(certificate, key);
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TlsException("can't read " + file + ": " + e);
    }
  }

  /**
   * Signs for a node, as long as the CA itself is valid at most.
   *
   * @param hosts addresses and names at which it is reached, besides loopback
   */
  public Signed issue(String node, List<String> hosts, Instant now, Duration validity) {
    if (!NodeName.isId(node)) {
      throw new IllegalArgumentException(
          "\"" + node + "\" is no node id: 1 to 32 letters, digits, '-' or '_'");
    }
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, NodeName.uri(node)));
    hosts.stream().distinct().map(Authority::host).forEach(names::add);
    return signing(() -> certified(node, names, now, validity));
  }

  /** Signs for somebody who is no node, and may be any client. */
  public Signed issueToClient(String name, Instant now, Duration validity) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9@._-]{0,62}")) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no client's name: letters, digits and '@', '.', '_' or '-'");
    }
    return signing(() -> certified(name, List.of(), now, validity));
  }

  /**
   * @param names of a server; none: it is a client's
   */
  private Signed certified(String node, List<GeneralName> names, Instant now, Duration validity)
      throws GeneralSecurityException, IOException {
    KeyPair pair = newKey();
    Date end = Date.from(now.plus(validity));
    Date last = certificate.getNotAfter();
    X509v3CertificateBuilder own =
        new JcaX509v3CertificateBuilder(
            certificate,
            serial(),
            Date.from(now.minus(BEFORE)),
            end.before(last) ? end : last,
            name(node),
            pair.getPublic());
    JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
    own.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    own.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    KeyPurposeId[] both = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
    own.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(Arrays.copyOf(both, names.isEmpty() ? 1 : 2)));
    own.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
    own.addExtension(
        Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(certificate));
    if (!names.isEmpty()) {
      own.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    return signed(own, key, pair.getPrivate());
  }

  private static GeneralName host(String host) {
    if (IPAddress.isValid(host)) {
      return new GeneralName(GeneralName.iPAddress, host);
    }
    if (!host.matches("[A-Za-z0-9*][A-Za-z0-9._-]{0,252}")) {
      throw new IllegalArgumentException("\"" + host + "\" is no address and no host name");
    }
    return new GeneralName(GeneralName.dNSName, host);
  }

  private static KeyPair newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static X500Name name(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  private static Signed signed(X509v3CertificateBuilder content, PrivateKey by, PrivateKey own)
      throws GeneralSecurityException, IOException {
    byte[] encoded = content.build(new Signer(by)).getEncoded();
    X509Certificate signed =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
    return new Signed(Pem.write(signed), Pem.write(own), signed.getNotAfter().toInstant());
  }

  /** Java's signature; Bouncy Castle's own would bring all of its algorithms along. */
  private static final class Signer extends ByteArrayOutputStream implements ContentSigner {
    private final PrivateKey key;

    Signer(PrivateKey key) {
      this.key = key;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
      return this;
    }

    @Override
    public byte[] getSignature() {
      try {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(toByteArray());
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Java can't sign: " + e.getMessage(), e);
      }
    }
  }

  private interface Signing {
    Signed sign() throws GeneralSecurityException, IOException;
  }

  private static Signed signing(Signing work) {
    try {
      return work.sign();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Java can't sign a certificate: " + e.getMessage(), e);
    }
  }
}
