package io.flotilla.dns;

import java.util.HexFormat;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Address;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;

/** Addresses of instances and hosts, and names, as they are in records. */
final class HostAddress {
  private HostAddress() {}

  /** Of an IP address: A or AAAA; of the name of a host: CNAME; empty if it is neither. */
  static Optional<Record> record(Name owner, long ttl, String address) {
    byte[] bytes = bytes(address);
    return bytes != null
        ? Optional.of(record(owner, ttl, bytes))
        : name(address, Name.root).map(host -> new CNAMERecord(owner, DClass.IN, ttl, host));
  }

  /**
   * @param address 4 or 16 bytes
   */
  static Record record(Name owner, long ttl, byte[] address) {
    return address.length == 4
        ? new ARecord(owner, DClass.IN, ttl, address)
        : new AAAARecord(owner, DClass.IN, ttl, address);
  }

  /** Null if it isn't an IP address. */
  static byte[] bytes(String address) {
    byte[] four = Address.toByteArray(address, Address.IPv4);
    return four != null ? four : Address.toByteArray(address, Address.IPv6);
  }

  /** What {@link #digits} makes of an address; null if it is none. */
  static byte[] parsed(String digits) {
    try {
      return digits.length() == 8 || digits.length() == 32 ? HexFormat.of().parseHex(digits) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static String digits(byte[] address) {
    return HexFormat.of().formatHex(address);
  }

  /** Below another name; empty if DNS has no such names. */
  static Optional<Name> name(String text, Name origin) {
    boolean plain =
        !text.isEmpty()
            && text.chars()
                .allMatch(
                    c ->
                        c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '-'
                            || c == '_'
                            || c == '.');
    try {
      return plain
          ? Optional.of(new Name(text, origin)).filter(name -> name.subdomain(origin))
          : Optional.empty();
    } catch (TextParseException e) {
      return Optional.empty();
    }
  }
}
