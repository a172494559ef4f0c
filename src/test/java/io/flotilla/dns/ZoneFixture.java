package io.flotilla.dns;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table as a coordinator makes it, and the settings that its answers depend on. */
final class ZoneFixture {
  private final List<Upstream> services = new ArrayList<>();
  private final List<HostEntry> hosts = new ArrayList<>();
  private long number = 1;

  ZoneFixture() {
    host("n1", "127.0.0.1", true);
    host("n2", "127.0.0.2", true);
    host("db-7", "10.0.0.7", false);
    host("six", "2001:db8::6", false);
    host("cloud", "db.example.com", false);
  }

  void host(String name, String address, boolean member) {
    hosts.add(new HostEntry("default", name, address, member));
  }

  ZoneFixture service(String name, Instance... instances) {
    return service("default", name, instances);
  }

  ZoneFixture service(String namespace, String name, Instance... instances) {
    services.add(new Upstream(namespace, name, Policy.DEFAULT, HashKey.CLIENT, List.of(instances)));
    return this;
  }

  static Instance on(String node, String address, int port, String... tags) {
    return new Instance(node, address + ":" + port, address, port, 1, List.of(tags), false);
  }

  static Instance warned(String node, String address, int port) {
    return new Instance(node, address + ":" + port, address, port, 3, List.of(), true);
  }

  Table table() {
    return Table.empty()
        .without(List.of("default"))
        .withoutHosts(List.of("default"))
        .with(new Version(2, number), services, List.of())
        .withHosts(hosts, List.of());
  }

  /** Without any, the table is changed. */
  void changed() {
    number++;
  }

  static DnsSettings settings(Map<String, ?> changed) {
    Config config =
        ConfigFactory.parseMap(changed)
            .withFallback(ConfigFactory.parseMap(Map.of("port", 8600)))
            .atPath("flotilla.dns");
    return DnsSettings.of(
            config
                .withFallback(ConfigFactory.parseResources("application.conf"))
                .resolve()
                .getConfig("flotilla"),
            "dc1")
        .orElseThrow();
  }
}
