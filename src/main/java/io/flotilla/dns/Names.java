package io.flotilla.dns;

import java.util.Optional;
import org.xbill.DNS.Name;

/** The names by which nodes and addresses are found. */
final class Names {
  private final Name nodes;
  private final Name addresses;
  private final Name hostmaster;
  private final Zone.Settings settings;

  Names(Zone.Settings settings) {
    this.settings = settings;
    this.nodes = below("node." + settings.datacenter());
    this.addresses = below("addr." + settings.datacenter());
    this.hostmaster = below("hostmaster");
  }

  private Name below(String text) {
    return HostAddress.name(text, settings.domain()).orElseThrow();
  }

  long nodeTtl() {
    return settings.nodeTtl().toSeconds();
  }

  /** NODE.node.DATACENTER.DOMAIN; empty if DNS has no such names. */
  Optional<Name> node(String name) {
    return HostAddress.name(name, nodes);
  }

  /** DIGITS.addr.DATACENTER.DOMAIN, for an instance whose address is not its node's. */
  Name address(byte[] address) {
    return HostAddress.name(HostAddress.digits(address), addresses).orElseThrow();
  }

  Name hostmaster() {
    return hostmaster;
  }
}
