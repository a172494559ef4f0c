package io.flotilla.reach;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code fe80::/10}.
 *
 * @param bits how many of the first ones count
 */
record Cidr(InetAddress network, int bits) {
  /**
   * @throws IllegalArgumentException if it isn't one
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    InetAddress network = address(slash < 0 ? text : text.substring(0, slash));
    int most = network.getAddress().length * 8;
    int bits = slash < 0 ? most : number(text.substring(slash + 1));
    if (bits < 0 || bits > most) {
      throw wrong(text);
    }
    return new Cidr(network, bits);
  }

  private static InetAddress address(String text) {
    boolean whole = text.indexOf(':') >= 0 || text.chars().filter(c -> c == '.').count() == 3;
    if (!whole || !isNumeric(text)) { // Java reads 10 as 0.0.0.10
      throw wrong(text);
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw wrong(text);
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a range of addresses, such as 10.0.0.0/8 or fe80::/10");
  }

  /** Whether it is an address, which nobody has to be asked for. */
  static boolean isNumeric(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
  }

  boolean contains(InetAddress address) {
    byte[] own = network.getAddress();
    byte[] other = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      if (((own[bit / 8] ^ other[bit / 8]) & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + bits;
  }
}
