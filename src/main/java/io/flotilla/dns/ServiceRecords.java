package io.flotilla.dns;

import io.flotilla.dns.Zone.Reader;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** Where the instances of a service are, in random order. */
final class ServiceRecords {
  private static final int PRIORITY = 1;

  private final Zone.Settings settings;
  private final Names names;
  private final RandomGenerator random;

  ServiceRecords(Zone.Settings settings, Names names, RandomGenerator random) {
    this.settings = settings;
    this.names = names;
    this.random = random;
  }

  /** Empty if there is no instance, as in Consul: also if all fail. */
  Optional<ZoneAnswer> answer(
      Table table, Reader reader, AskedName asked, Name name, int type, int most) {
    List<Instance> usable =
        reader.maySeeService(asked.name())
            ? table
                .upstream(Zone.NAMESPACE, asked.name())
                .map(u -> u.instances().stream().filter(i -> isUsable(i, asked, reader)).toList())
                .orElse(List.of())
            : List.of();
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    Shuffled<Instance> instances = Shuffled.of(usable, random);
    return Optional.of(
        type == Type.SRV
            ? servers(table, instances, name, most)
            : addresses(instances, name, type, most));
  }

  private boolean isUsable(Instance instance, AskedName asked, Reader reader) {
    return !(settings.onlyPassing() && instance.warning())
        && (asked.tag().isEmpty() || instance.hasTag(asked.tag()))
        && reader.maySeeNode(instance.node());
  }

  /** Each address once, however many instances have it. A name can stand for one other name. */
  private ZoneAnswer addresses(Shuffled<Instance> instances, Name name, int type, int most) {
    Set<Record> found = new LinkedHashSet<>();
    Optional<Record> other = Optional.empty();
    boolean hasAddresses = false;
    while (instances.hasNext() && found.size() < most) {
      Optional<Record> record = HostAddress.record(name, ttl(), instances.next().address());
      if (record.filter(r -> r.getType() == Type.CNAME).isPresent()) {
        other = record;
      } else if (record.isPresent()) {
        hasAddresses = true;
        record.filter(r -> Zone.isAskedFor(r, type)).ifPresent(found::add);
      }
    }
    return ZoneAnswer.of(
        hasAddresses ? List.copyOf(found) : other.map(List::of).orElse(List.of()), List.of());
  }

  private ZoneAnswer servers(Table table, Shuffled<Instance> instances, Name name, int most) {
    Set<Record> servers = new LinkedHashSet<>();
    Set<Record> addresses = new LinkedHashSet<>();
    while (instances.hasNext() && servers.size() < most) {
      Instance instance = instances.next();
      target(table, instance)
          .ifPresent(
              target -> {
                servers.add(server(name, instance, target));
                HostAddress.record(target, ttl(), instance.address())
                    .filter(record -> record.getType() != Type.CNAME)
                    .ifPresent(addresses::add);
              });
    }
    return ZoneAnswer.of(List.copyOf(servers), List.copyOf(addresses));
  }

  private Record server(Name name, Instance instance, Name target) {
    return new SRVRecord(
        name, DClass.IN, ttl(), PRIORITY, instance.weight(), instance.port(), target);
  }

  /** The node's name if it has the node's address, or else one that is made of its own. */
  private Optional<Name> target(Table table, Instance instance) {
    byte[] address = HostAddress.bytes(instance.address());
    if (address == null) {
      return HostAddress.name(instance.address(), Name.root);
    }
    return table
        .host(Zone.NAMESPACE, instance.node())
        .filter(host -> host.address().equals(instance.address()))
        .flatMap(host -> names.node(host.name()))
        .or(() -> Optional.of(names.address(address)));
  }

  private long ttl() {
    return settings.serviceTtl().toSeconds();
  }
}
