package io.flotilla.dns;

import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * Answers names below the domain, and addresses of nodes, from the table. Of namespaces, DNS knows
 * the default one, as Consul does.
 */
final class Zone {
  static final String NAMESPACE = "default";

  /** Resolvers ask one of them, and another if it doesn't answer. */
  private static final int SERVERS = 3;

  private static final Duration REFRESH = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(10);
  private static final Duration EXPIRE = Duration.ofDays(1);

  /**
   * @param self name of this node
   * @param domain below which everything is
   * @param datacenter the only one that may be named
   * @param onlyPassing whether instances with a warning are left out
   * @param negativeTtl for how long it may be believed that there is nothing
   */
  record Settings(
      String self,
      Name domain,
      String datacenter,
      boolean onlyPassing,
      Duration serviceTtl,
      Duration nodeTtl,
      Duration negativeTtl) {}

  private final Settings settings;
  private final Supplier<Table> table;
  private final Supplier<Optional<Grant>> grant;
  private final RandomGenerator random;
  private final Names names;
  private final ServiceRecords services;
  private final Reverse reverse;

  /**
   * @param grant what whoever asks may read; empty: everything
   */
  Zone(
      Settings settings,
      Supplier<Table> table,
      Supplier<Optional<Grant>> grant,
      RandomGenerator random) {
    this.settings = settings;
    this.table = table;
    this.grant = grant;
    this.random = random;
    this.names = new Names(settings);
    this.services = new ServiceRecords(settings, names, random);
    this.reverse = new Reverse(names);
  }

  /**
   * @param name may be any
   * @param most answers of which the asker can make use
   */
  ZoneAnswer answer(Name name, int type, int most) {
    Table now = table.get();
    Reader reader = new Reader(grant.get());
    if (Reverse.isAbout(name)) {
      return !now.knowsHosts(NAMESPACE)
          ? ZoneAnswer.UNKNOWN
          : reverse.answer(now, reader, name, type);
    }
    Name domain = settings.domain();
    if (!name.subdomain(domain)) {
      return ZoneAnswer.REFUSED;
    }
    if (name.equals(domain)) {
      return ofDomain(now, reader, name, type);
    }
    AskedName asked = AskedName.of(name, domain, settings.datacenter());
    if (!isKnown(now, asked.kind())) {
      return ZoneAnswer.UNKNOWN;
    }
    Optional<ZoneAnswer> found =
        switch (asked.kind()) {
          case SERVICE -> services.answer(now, reader, asked, name, type, most);
          case NODE -> node(now, reader, asked, name, type);
          case ADDRESS -> address(asked, name, type);
          case NOTHING -> Optional.of(ZoneAnswer.of(List.of(), List.of()));
          case UNKNOWN -> Optional.empty();
          case UNSERVED -> Optional.of(ZoneAnswer.REFUSED);
        };
    return found
        .map(reply -> isEmpty(reply) ? ZoneAnswer.negative(Rcode.NOERROR, soa(now)) : reply)
        .orElseGet(() -> ZoneAnswer.negative(Rcode.NXDOMAIN, soa(now)));
  }

  /** A node that has just started has no table yet. */
  private static boolean isKnown(Table now, AskedName.Kind kind) {
    return switch (kind) {
      case SERVICE -> now.knows(NAMESPACE);
      case NODE -> now.knowsHosts(NAMESPACE);
      default -> true;
    };
  }

  private static boolean isEmpty(ZoneAnswer reply) {
    return reply.rcode() == Rcode.NOERROR && reply.answers().isEmpty();
  }

  /** Who answers for the domain, as Consul's servers do: the nodes of the cluster. */
  private ZoneAnswer ofDomain(Table now, Reader reader, Name name, int type) {
    if (type == Type.SOA) {
      return ZoneAnswer.of(soa(now), List.of());
    } else if (type != Type.NS && type != Type.ANY) {
      return ZoneAnswer.negative(Rcode.NOERROR, soa(now));
    }
    List<Record> servers = new ArrayList<>(type == Type.ANY ? soa(now) : List.of());
    List<Record> addresses = new ArrayList<>();
    List<HostEntry> members =
        now.hosts().stream().filter(host -> host.member() && reader.maySee(host)).toList();
    for (HostEntry host : Shuffled.of(members, random).first(SERVERS)) {
      names
          .node(host.name())
          .ifPresent(
              server -> {
                servers.add(new NSRecord(name, DClass.IN, nodeTtl(), server));
                HostAddress.record(server, nodeTtl(), host.address()).ifPresent(addresses::add);
              });
    }
    return servers.isEmpty()
        ? ZoneAnswer.negative(Rcode.NOERROR, soa(now))
        : ZoneAnswer.of(servers, addresses);
  }

  private Optional<ZoneAnswer> node(
      Table now, Reader reader, AskedName asked, Name name, int type) {
    return now.host(NAMESPACE, asked.name())
        .filter(reader::maySee)
        .map(
            host ->
                ZoneAnswer.of(
                    HostAddress.record(name, nodeTtl(), host.address())
                        .filter(record -> isAskedFor(record, type))
                        .map(List::of)
                        .orElse(List.of()),
                    List.of()));
  }

  /** A name that is made of an address, see {@link Names#address}. */
  private Optional<ZoneAnswer> address(AskedName asked, Name name, int type) {
    return Optional.ofNullable(HostAddress.parsed(asked.name()))
        .map(bytes -> HostAddress.record(name, nodeTtl(), bytes))
        .map(
            record ->
                ZoneAnswer.of(isAskedFor(record, type) ? List.of(record) : List.of(), List.of()));
  }

  /** A name that stands for another one does so whatever is asked about it. */
  static boolean isAskedFor(Record record, int type) {
    return type == Type.ANY || record.getType() == type || record.getType() == Type.CNAME;
  }

  /** Its serial rises with the table. */
  private List<Record> soa(Table now) {
    Name domain = settings.domain();
    long ttl = settings.negativeTtl().toSeconds();
    long serial = (now.version().term() << 20) + now.version().number() & 0xffffffffL;
    return List.of(
        new SOARecord(
            domain,
            DClass.IN,
            ttl,
            names.node(settings.self()).orElse(domain),
            names.hostmaster(),
            serial,
            REFRESH.toSeconds(),
            RETRY.toSeconds(),
            EXPIRE.toSeconds(),
            ttl));
  }

  private long nodeTtl() {
    return settings.nodeTtl().toSeconds();
  }

  /**
   * Who asks.
   *
   * @param grant empty: may read everything
   */
  record Reader(Optional<Grant> grant) {
    boolean maySeeService(String name) {
      return grant.map(g -> g.allows(Resource.SERVICE, name, Level.READ)).orElse(true);
    }

    boolean maySeeNode(String name) {
      return grant.map(g -> g.allows(Resource.NODE, name, Level.READ)).orElse(true);
    }

    boolean maySee(HostEntry host) {
      return maySeeNode(host.name());
    }
  }
}
