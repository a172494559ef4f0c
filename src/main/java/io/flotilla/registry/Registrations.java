package io.flotilla.registry;

import io.flotilla.entity.Owned;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Nodes, services and checks as they were registered, and where they are shown.
 *
 * <p>The rest follows from the first three: {@code members} are the Flotilla nodes, {@code byName}
 * the services of each name, whose case doesn't count, {@code checksOf} the checks of each service
 * or, under the empty id, of each node; the next two find what came through {@code agent/*} by its
 * id, which several nodes may have; {@code owned} tells how many services each owner has; {@code
 * aliases} are the checks that stand for others, by the id of the service that they stand for.
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
    PMap<String, TreePSet<Key>> agentServices,
    PMap<String, TreePSet<Key>> agentChecks,
    Owned owned,
    PMap<String, TreePSet<Key>> aliases,
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
        Owned.none(),
        HashTreePMap.empty(),
        0);
  }

  // ---- questions

  /**
   * The service that whoever asks a node calls so: the one that came through that node, or else the
   * only one that may be meant.
   *
   * @return null if there is none, or it isn't clear which
   */
  Service agentService(String id, String at) {
    Key key = meant(agentServices.get(id), at, k -> isFoundFromElsewhere(services.get(k)));
    return key == null ? null : services.get(key);
  }

  /** The same for checks. */
  Check agentCheck(String id, String at) {
    Key key = meant(agentChecks.get(id), at, k -> isFoundFromElsewhere(checks.get(k)));
    return key == null ? null : checks.get(key);
  }

  /** Whether it is listed among the checks of a node's agent. */
  boolean isMeant(Check c, String at) {
    return isFoundById(c) ? c.equals(agentCheck(c.id(), at)) : true;
  }

  private static Key meant(TreePSet<Key> all, String at, Predicate<Key> fromElsewhere) {
    if (all == null) {
      return null;
    }
    List<Key> found = all.stream().filter(k -> k.node().equals(at)).toList();
    if (found.isEmpty()) {
      found = all.stream().filter(fromElsewhere).toList();
    }
    return found.size() == 1 ? found.get(0) : null;
  }

  /** Who is told of a service that isn't his would keep it alive, or remove it. */
  private boolean isFoundFromElsewhere(Service s) {
    return !s.registration().perNode() || !isWell(s.node());
  }

  private boolean isFoundFromElsewhere(Check c) {
    Service owner = services.get(new Key(c.node(), c.serviceId()));
    return owner == null || isFoundFromElsewhere(owner);
  }

  /** All that have this id, through whichever node they came. */
  List<Service> agentServices(String id) {
    return agentServices.getOrDefault(id, TreePSet.empty()).stream().map(services::get).toList();
  }

  /**
   * Whether one is the other, registered through another node: it has the same address, or has none
   * and its node, whose address would be meant, is gone.
   */
  boolean isSameInstance(Service old, Service now) {
    ServiceRegistration a = old.registration();
    ServiceRegistration b = now.registration();
    return a.name().equals(b.name())
        && a.port() == b.port()
        && a.address().equals(b.address())
        && (!a.address().isEmpty() || !isWell(old.node()));
  }

  /** The checks of a service or, under an empty id, of the node; in the order of their ids. */
  List<Check> checksOf(String node, String serviceId) {
    TreePSet<Key> keys = checksOf.get(new Key(node, serviceId));
    return keys == null ? List.of() : keys.stream().map(checks::get).toList();
  }

  /** The checks that stand for a service with this id or, if that is empty, for anything. */
  List<Check> aliasesOf(String serviceId) {
    Stream<TreePSet<Key>> keys =
        serviceId.isEmpty() ? aliases.values().stream() : Stream.ofNullable(aliases.get(serviceId));
    return keys.flatMap(TreePSet::stream).map(checks::get).toList();
  }

  boolean isNamed(String name) {
    return byName.containsKey(CatalogPaths.folded(name));
  }

  /** The instances of a service, in the order of (node, id). */
  List<Service> named(String name) {
    TreePSet<Key> keys = byName.get(CatalogPaths.folded(name));
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
        owned,
        aliases,
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
        owned,
        aliases,
        bytes - nodes.get(name).bytes());
  }

  Registrations with(Service s) {
    Registrations rest = services.containsKey(s.key()) ? withoutService(s.key()) : this;
    String name = CatalogPaths.folded(s.name());
    return new Registrations(
        nodes,
        rest.services.plus(s.key(), s),
        checks,
        members,
        rest.byName.plus(name, rest.byName.getOrDefault(name, TreePSet.empty()).plus(s.key())),
        checksOf,
        s.agent() ? with(rest.agentServices, s.key()) : rest.agentServices,
        agentChecks,
        rest.owned.plus(s.owner()),
        aliases,
        rest.bytes + s.bytes());
  }

  Registrations withoutService(Key key) {
    Service s = services.get(key);
    String name = CatalogPaths.folded(s.name());
    TreePSet<Key> same = byName.get(name).minus(key);
    return new Registrations(
        nodes,
        services.minus(key),
        checks,
        members,
        same.isEmpty() ? byName.minus(name) : byName.plus(name, same),
        checksOf,
        without(agentServices, key),
        agentChecks,
        owned.minus(s.owner()),
        aliases,
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
        isFoundById(c) ? with(rest.agentChecks, c.key()) : rest.agentChecks,
        owned,
        aliased(c).map(id -> with(rest.aliases, id, c.key())).orElse(rest.aliases),
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
        without(agentChecks, key),
        owned,
        aliased(c).map(id -> without(aliases, id, key)).orElse(aliases),
        bytes - c.bytes());
  }

  private static PMap<String, TreePSet<Key>> with(PMap<String, TreePSet<Key>> byId, Key key) {
    return with(byId, key.id(), key);
  }

  private static PMap<String, TreePSet<Key>> with(
      PMap<String, TreePSet<Key>> byId, String id, Key key) {
    return byId.plus(id, byId.getOrDefault(id, TreePSet.empty()).plus(key));
  }

  private static PMap<String, TreePSet<Key>> without(PMap<String, TreePSet<Key>> byId, Key key) {
    return without(byId, key.id(), key);
  }

  private static PMap<String, TreePSet<Key>> without(
      PMap<String, TreePSet<Key>> byId, String id, Key key) {
    TreePSet<Key> rest = byId.getOrDefault(id, TreePSet.empty()).minus(key);
    return rest.isEmpty() ? byId.minus(id) : byId.plus(id, rest);
  }

  private static Optional<String> aliased(Check c) {
    return c.definition().kind() instanceof CheckKind.Alias a
        ? Optional.of(a.service())
        : Optional.empty();
  }

  /** Maintenance of a node is asked for by the node, not by this id. */
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
