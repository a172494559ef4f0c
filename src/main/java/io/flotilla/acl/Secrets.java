package io.flotilla.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is stored instead of a secret, and found by it. A plain SHA-256 is enough: a secret has 122
 * random bits, so nobody can try them all, which is what salt and slowness are for where people
 * choose passwords.
 */
public final class Secrets {
  private Secrets() {}

  public static String hash(String secret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * Whether it can be found by trying, as far as can be told from the outside: of those that people
   * think up, most are shorter or repeat themselves.
   */
  public static boolean isGuessable(String secret) {
    return secret.length() < 16 || secret.chars().distinct().count() < 6;
  }

  /** Whether they are equal, in a time that doesn't tell where they differ. */
  public static boolean same(String given, String secret) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }
}
