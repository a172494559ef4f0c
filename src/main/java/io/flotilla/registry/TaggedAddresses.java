package io.flotilla.registry;

import java.util.HashMap;
import java.util.Map;

/** The addresses that Consul gives to a node beside its own, by what they are for. */
final class TaggedAddresses {
  private TaggedAddresses() {}

  /** One network is all there is, so that near and far are the same. */
  static Map<String, String> ofNode(String address) {
    Map<String, String> all = new HashMap<>();
    for (String net : new String[] {"lan", "wan"}) {
      all.put(net, address);
      if (isIpv4(address)) {
        all.put(net + "_ipv4", address);
      } else if (address.indexOf(':') >= 0) {
        all.put(net + "_ipv6", address);
      }
    }
    return all;
  }

  private static boolean isIpv4(String address) {
    return address.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9')
        && address.chars().filter(c -> c == '.').count() == 3;
  }
}
