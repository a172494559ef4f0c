package io.flotilla.acl;

import java.util.function.IntPredicate;

/** How ids and names have to look. */
final class AclNames {
  /** Of what is built in. */
  static final String RESERVED = "00000000-0000-0000-0000-0000000000";

  private static final int IDENTITY = 256;

  private AclNames() {}

  static boolean isName(String text, int longest) {
    return !text.isEmpty() && text.length() <= longest && all(text, AclNames::ofName);
  }

  /** Of a service or a node. */
  static boolean isIdentity(String text) {
    int last = text.length() - 1;
    return !text.isEmpty()
        && text.length() <= IDENTITY
        && all(text, c -> ofName(c) && !(c >= 'A' && c <= 'Z'))
        && isAlphanumeric(text.charAt(0))
        && isAlphanumeric(text.charAt(last));
  }

  static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(i);
      if (dash ? c != '-' : c > 'f' || Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean all(String text, IntPredicate allowed) {
    return text.chars().allMatch(allowed);
  }

  private static boolean ofName(int c) {
    return isAlphanumeric(c) || c == '-' || c == '_';
  }

  private static boolean isAlphanumeric(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
