package io.flotilla.dns;

import io.flotilla.dns.Zone.Reader;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/**
 * Which nodes have an address. Of other addresses it is answered that they have no name, for the
 * resolvers that ask here first.
 */
final class Reverse {
  private static final List<Name> ABOUT =
      List.of(Name.fromConstantString("in-addr.arpa."), Name.fromConstantString("ip6.arpa."));

  private record Index(Table table, Map<Name, List<HostEntry>> hosts) {}

  private final Names names;

  /** Made when somebody asks, for as long as the table stays. */
  private volatile Index index = new Index(Table.empty(), Map.of());

  Reverse(Names names) {
    this.names = names;
  }

  static boolean isAbout(Name name) {
    return ABOUT.stream().anyMatch(name::subdomain);
  }

  ZoneAnswer answer(Table table, Reader reader, Name name, int type) {
    List<HostEntry> hosts =
        of(table).getOrDefault(name, List.of()).stream().filter(reader::maySee).toList();
    if (hosts.isEmpty()) {
      return ZoneAnswer.negative(Rcode.NXDOMAIN, List.of());
    }
    List<Record> pointers =
        type == Type.PTR || type == Type.ANY
            ? hosts.stream()
                .map(host -> names.node(host.name()))
                .flatMap(Optional::stream)
                .<Record>map(node -> new PTRRecord(name, DClass.IN, names.nodeTtl(), node))
                .toList()
            : List.of();
    return ZoneAnswer.of(pointers, List.of());
  }

  private Map<Name, List<HostEntry>> of(Table table) {
    Index known = index;
    if (known.table() != table) {
      known = new Index(table, byAddress(table));
      index = known;
    }
    return known.hosts();
  }

  private static Map<Name, List<HostEntry>> byAddress(Table table) {
    Map<Name, List<HostEntry>> hosts = new HashMap<>();
    for (HostEntry host : table.hosts()) {
      byte[] address = HostAddress.bytes(host.address());
      if (address != null) {
        hosts.computeIfAbsent(ReverseMap.fromAddress(address), n -> new ArrayList<>()).add(host);
      }
    }
    return hosts;
  }
}
