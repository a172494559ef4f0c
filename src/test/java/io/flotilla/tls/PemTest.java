package io.flotilla.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in each of the forms that OpenSSL 3.0 has written of them. */
class PemTest {
  private static PrivateKey key(String name) throws IOException {
    try (InputStream in = PemTest.class.getResourceAsStream("/keys/" + name)) {
      return Pem.key(in.readAllBytes(), name);
    }
  }

  @ParameterizedTest
  @CsvSource({"rsa-pkcs1.pem, rsa-pkcs8.pem, RSA", "ec-sec1.pem, ec-pkcs8.pem, EC"})
  void anOlderFormIsTheSameKey(String old, String pkcs8, String kind) throws IOException {
    assertThat(secret(key(old))).isEqualTo(secret(key(pkcs8)));
    assertThat(key(old).getAlgorithm()).isEqualTo(kind);
  }

  private static BigInteger secret(PrivateKey key) {
    return key instanceof ECPrivateKey curve
        ? curve.getS()
        : ((RSAPrivateKey) key).getPrivateExponent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec-password-pkcs8.pem", "ec-password-sec1.pem"})
  void ofAPasswordItIsSaidHowToBeRidOfIt(String file) {
    assertThatThrownBy(() -> key(file))
        .isInstanceOf(TlsException.class)
        .hasMessage(
            "%s has a key with a password, which nobody is there to type. To have it without:"
                + " openssl pkey -in %s -out NEW-FILE",
            file, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void aKeyThatIsBrokenOffIsRefused(String kind) {
    String text =
        "-----BEGIN %s PRIVATE KEY-----\nMHcCAQEE\n-----END %s PRIVATE KEY-----\n"
            .formatted(kind, kind);
    assertThatThrownBy(() -> Pem.key(text.getBytes(StandardCharsets.US_ASCII), "half.pem"))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("half.pem has a key that can't be read");
  }

  @Test
  void whatIsNoKeyIsRefused() {
    assertThatThrownBy(() -> Pem.key("nothing".getBytes(StandardCharsets.US_ASCII), "no.pem"))
        .hasMessage("no.pem has no block \"-----BEGIN PRIVATE KEY-----\"");
  }
}
