package io.flotilla.reach;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** The addresses that may be connected to, by the settings; application.conf documents them. */
public final class Ranges {
  /** IPv6 addresses that stand for those of IPv4 (RFC 6052). */
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

  private final List<Cidr> allow;
  private final List<Cidr> deny;

  private Ranges(List<Cidr> allow, List<Cidr> deny) {
    this.allow = allow;
    this.deny = deny;
  }

  /**
   * @param flotilla the configuration's part {@code flotilla}
   */
  public static Ranges of(Config flotilla) {
    return new Ranges(list(flotilla, "targets.allow"), list(flotilla, "targets.deny"));
  }

  private static List<Cidr> list(Config flotilla, String key) {
    List<String> texts =
        flotilla.getValue(key).valueType() == ConfigValueType.LIST
            ? flotilla.getStringList(key)
            : Arrays.asList(flotilla.getString(key).split(","));
    try {
      return texts.stream().map(String::strip).filter(s -> !s.isEmpty()).map(Cidr::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ConfigException.Generic("flotilla." + key + ": " + e.getMessage());
    }
  }

  boolean include(InetAddress address) {
    return allow.stream().anyMatch(range -> range.contains(address))
        && deny.stream().noneMatch(range -> range.contains(address))
        && (!NAT64.contains(address) || include(behind((Inet6Address) address)));
  }

  private static Inet4Address behind(Inet6Address address) {
    try {
      return (Inet4Address)
          InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }
}
