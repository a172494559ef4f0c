package io.flotilla.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The addresses that Consul gives to a node beside its own, by what they are for. */
final class Addresses {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private Addresses() {}

  /** One network is all there is, so that near and far are the same. */
  static Map<String, String> ofNode(String address) {
    Map<String, String> all = new HashMap<>();
    for (String net : new String[] {"lan", "wan"}) {
      all.put(net, address);
      if (IPV4.matcher(address).matches()) {
        all.put(net + "_ipv4", address);
      } else if (address.indexOf(':') >= 0) {
        all.put(net + "_ipv6", address);
      }
    }
    return all;
  }
}
