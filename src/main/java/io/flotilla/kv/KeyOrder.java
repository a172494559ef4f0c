package io.flotilla.kv;

import java.util.Comparator;

/**
 * The order of keys: by code point, which is the order of their UTF-8 bytes and so Consul's order.
 * {@link String#compareTo} orders by UTF-16 unit and would put U+1F600 before U+FFFD.
 */
enum KeyOrder implements Comparator<String> {
  BY_CODE_POINT;

  @Override
  public int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? x - y : high ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }
}
