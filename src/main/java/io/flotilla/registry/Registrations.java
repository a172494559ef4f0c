package io.flotilla.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Nodes, services and checks as they were registered, and where they are shown.
 *
 * <p>The rest follows from the first three: {@code members} are the Flotilla nodes, {@code byName}
 * the services of each name, {@code checksOf} the checks of each service or, under the empty id, of
 * each node; the last two find what came through {@code agent/*} by its id.
 *
 * @param bytes roughly what all this occupies
 */
record Registrations(
    TreePMap<String, Node> nodes,
    TreePMap<Key, Service> services,
    TreePMap<Key, Check> checks,
    TreePSet<String> members,
    TreePMap<String, TreePSet<Key>> byName,
    PMap<Key, TreePSet<Key>> checksOf,
    PMap<String, Key> agentServices,
    PMap<String, Key> agentChecks,
    long bytes) {

  static Registrations none() {
    return new Registrations(
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePSet.empty(),
        TreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        0);
  }

  // ---- questions

  Service agentService(String id) {
    Key key = agentServices.get(id);
    return key == null ? null : services.get(key);
  }

  Check agentCheck(String id) {
    Key key = agentChecks.get(id);
    return key == null ? null : checks.get(key);
  }

  /** The checks of a service or, under an empty id, of the node; in the order of their ids. */
  List<Check> checksOf(String node, String serviceId) {
    TreePSet<Key> keys = checksOf.get(new Key(node, serviceId));
    return keys == null ? List.of() : keys.stream().map(checks::get).toList();
  }

  /** The instances of a service, in the order of (node, id). */
  List<Service> named(String name) {
    TreePSet<Key> keys = byName.get(name);
    return keys == null ? List.of() : keys.stream().map(services::get).toList();
  }

  Collection<Service> registeredOn(String node) {
    return services.subMap(new Key(node, ""), true, new Key(node + '\0', ""), false).values();
  }

  Collection<Check> checksRegisteredOn(String node) {
    return checks.subMap(new Key(node, ""), true, new Key(node + '\0', ""), false).values();
  }

  // ---- where things are shown

  /**
   * The node where something is shown. What came through a Flotilla node that is not there any more
   * is shown on the first one that is: a registration does not end with the node that took it.
   */
  String home(String origin) {
    return isWell(origin)
        ? origin
        : members.stream().filter(this::isWell).findFirst().orElse(origin);
  }

  private boolean isWell(String member) {
    Check serf = checks.get(new Key(member, Check.SERF_HEALTH));
    return members.contains(member) && (serf == null || !serf.critical());
  }

  String home(Service s) {
    return s.agent() ? home(s.node()) : s.node();
  }

  String home(Check c) {
    return c.agent() ? home(c.node()) : c.node();
  }

  Node shownNode(String name) {
    Node node = nodes.get(name);
    return node != null ? node : Node.unknown(name);
  }

  /** An instance with its own checks first, then those of its node. */
  ServiceEntry entry(Service s) {
    String home = home(s);
    Stream<Check> ofHome = checksOf(home, "").stream().filter(c -> !c.agent());
    Stream<Check> ofOrigin = checksOf(s.node(), "").stream().filter(Check::agent);
    Stream<Check> own = checksOf(s.node(), s.id()).stream();
    List<CheckEntry> all =
        Stream.of(own, ofOrigin, ofHome).flatMap(x -> x).map(c -> shown(c, home)).toList();
    return new ServiceEntry(shownNode(home), s, all);
  }

  CheckEntry shown(Check c) {
    return shown(c, home(c));
  }

  private CheckEntry shown(Check c, String home) {
    Service s = c.isOfNode() ? null : services.get(new Key(c.node(), c.serviceId()));
    return s == null
        ? new CheckEntry(home, c, "", List.of())
        : new CheckEntry(home, c, s.name(), s.registration().tags());
  }

  List<Service> servicesAt(String node) {
    return shownAt(node, services.values(), registeredOn(node)).stream()
        .filter(s -> home(s).equals(node))
        .toList();
  }

  List<CheckEntry> checksAt(String node) {
    return shownAt(node, checks.values(), checksRegisteredOn(node)).stream()
        .filter(c -> home(c).equals(node))
        .map(this::shown)
        .toList();
  }

  /** What is registered elsewhere is shown on Flotilla nodes only. */
  private <T> Collection<T> shownAt(String node, Collection<T> all, Collection<T> own) {
    return members.contains(node) ? all : own;
  }

  // ---- changes

  Registrations with(Node node) {
    Node old = nodes.get(node.name());
    return new Registrations(
        nodes.plus(node.name(), node),
        services,
        checks,
        node.member() ? members.plus(node.name()) : members.minus(node.name()),
        byName,
        checksOf,
        agentServices,
        agentChecks,
        bytes + node.bytes() - (old == null ? 0 : old.bytes()));
  }

  Registrations withoutNode(String name) {
    return new Registrations(
        nodes.minus(name),
        services,
        checks,
        members.minus(name),
        byName,
        checksOf,
        agentServices,
        agentChecks,
        bytes - nodes.get(name).bytes());
  }

  Registrations with(Service s) {
    Registrations rest = services.containsKey(s.key()) ? withoutService(s.key()) : this;
    return new Registrations(
        nodes,
        rest.services.plus(s.key(), s),
        checks,
        members,
        rest.byName.plus(
            s.name(), rest.byName.getOrDefault(s.name(), TreePSet.empty()).plus(s.key())),
        checksOf,
        s.agent() ? rest.agentServices.plus(s.id(), s.key()) : rest.agentServices,
        agentChecks,
        rest.bytes + s.bytes());
  }

  Registrations withoutService(Key key) {
    Service s = services.get(key);
    TreePSet<Key> same = byName.get(s.name()).minus(key);
    return new Registrations(
        nodes,
        services.minus(key),
        checks,
        members,
        same.isEmpty() ? byName.minus(s.name()) : byName.plus(s.name(), same),
        checksOf,
        Objects.equals(agentServices.get(s.id()), key)
            ? agentServices.minus(s.id())
            : agentServices,
        agentChecks,
        bytes - s.bytes());
  }

  Registrations with(Check c) {
    Registrations rest = checks.containsKey(c.key()) ? withoutCheck(c.key()) : this;
    Key owner = new Key(c.node(), c.serviceId());
    return new Registrations(
        nodes,
        services,
        rest.checks.plus(c.key(), c),
        members,
        byName,
        rest.checksOf.plus(
            owner, rest.checksOf.getOrDefault(owner, TreePSet.empty()).plus(c.key())),
        agentServices,
        isFoundById(c) ? rest.agentChecks.plus(c.id(), c.key()) : rest.agentChecks,
        rest.bytes + c.bytes());
  }

  Registrations withoutCheck(Key key) {
    Check c = checks.get(key);
    Key owner = new Key(c.node(), c.serviceId());
    TreePSet<Key> same = checksOf.get(owner).minus(key);
    return new Registrations(
        nodes,
        services,
        checks.minus(key),
        members,
        byName,
        same.isEmpty() ? checksOf.minus(owner) : checksOf.plus(owner, same),
        agentServices,
        Objects.equals(agentChecks.get(c.id()), key) ? agentChecks.minus(c.id()) : agentChecks,
        bytes - c.bytes());
  }

  /** Each Flotilla node may be in maintenance, so that id is not unique among them. */
  private static boolean isFoundById(Check c) {
    return c.agent() && !c.id().equals(Check.NODE_MAINTENANCE);
  }

  /** Services whose answers may differ after a change of a node or of its own checks. */
  List<Service> affected(Registrations before, String node) {
    if (!members.contains(node) && !before.members.contains(node)) {
      return new ArrayList<>(registeredOn(node));
    }
    return services.values().stream()
        .filter(
            s -> s.node().equals(node) || home(s).equals(node) || !home(s).equals(before.home(s)))
        .toList();
  }
}
