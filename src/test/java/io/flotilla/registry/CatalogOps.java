package io.flotilla.registry;

import static net.jqwik.api.Arbitraries.just;
import static net.jqwik.api.Arbitraries.longs;
import static net.jqwik.api.Arbitraries.of;
import static net.jqwik.api.Arbitraries.oneOf;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary operations on a few nodes, services and checks, so that they often meet. */
final class CatalogOps {
  private CatalogOps() {}

  /** Of every kind. */
  static Arbitrary<Operation<?>> any() {
    Arbitrary<Operation.Write<CatalogDraft, ?>> writes = oneOf(agentWrite(), otherWrite());
    Arbitrary<Operation<?>> write =
        Combinators.combine(writes, id()).as((w, id) -> Ops.once(w, id));
    Arbitrary<Operation<?>> told = coordinatorWrite().map(w -> w);
    return oneOf(write, told, read());
  }

  private static Arbitrary<Member> member() {
    return of(CatalogFixture.N1, CatalogFixture.N2, CatalogFixture.N3);
  }

  /** A Flotilla node that is asked; a node from before doesn't say which. */
  private static Arbitrary<String> at() {
    return of("n1", "n2", "n3", "");
  }

  private static Arbitrary<String> address() {
    return of("10.2.0.7", "10.2.0.8", "");
  }

  private static Arbitrary<String> node() {
    return of("n1", "n2", "n3", "external");
  }

  private static Arbitrary<String> service() {
    return of("web1", "web2", "db1");
  }

  private static Arbitrary<String> name() {
    return of("web", "db");
  }

  private static Arbitrary<String> check() {
    return of("service:web1", "service:web2", "c1");
  }

  private static Arbitrary<Status> status() {
    return of(Status.class);
  }

  private static Arbitrary<Long> index() {
    return longs().between(0, 60);
  }

  /** Often none. */
  private static Arbitrary<String> id() {
    return of("r1", "r2", "r3", "r4").injectNull(0.6);
  }

  private static Arbitrary<Operation.Write<CatalogDraft, ?>> agentWrite() {
    return oneOf(
        Combinators.combine(member(), service(), name(), address(), checks(), of(true, false))
            .as(
                (m, service, name, address, checks, replace) ->
                    new AgentOp.RegisterService(
                        m,
                        CatalogFixture.service(m.name(), service, name, address, true, "v1"),
                        checks.stream().map(c -> ttl(m, c, service)).toList(),
                        replace,
                        0)),
        Combinators.combine(service(), at()).as(AgentOp.DeregisterService::new),
        Combinators.combine(member(), check(), of("", "web1", "db1"))
            .as((m, c, s) -> new AgentOp.RegisterCheck(m, ttl(m, c, s))),
        Combinators.combine(member(), check(), of("n1", "external", ""), of("", "web1", "db1"))
            .as((m, c, node, s) -> alias(m, c, node, s)),
        Combinators.combine(check(), at()).as(AgentOp.DeregisterCheck::new),
        Combinators.combine(check(), status(), of("", "well"), at()).as(AgentOp.UpdateCheck::new),
        Combinators.combine(service(), of(true, false), of("", "later"), at())
            .as(AgentOp.ServiceMaintenance::new),
        Combinators.combine(member(), of(true, false), of("", "later"))
            .as(AgentOp.NodeMaintenance::new));
  }

  private static Arbitrary<List<String>> checks() {
    return check().list().uniqueElements().ofMaxSize(2);
  }

  private static AgentOp.RegisterCheck alias(
      Member member, String check, String node, String service) {
    CheckDefinition alias = CatalogFixture.of(new CheckKind.Alias(node, service));
    return new AgentOp.RegisterCheck(member, CatalogFixture.check(member, check, "web2", alias));
  }

  private static Check ttl(Member member, String check, String service) {
    return CatalogFixture.check(member, check, service, CatalogFixture.ttl(10_000));
  }

  private static Arbitrary<Operation.Write<CatalogDraft, ?>> otherWrite() {
    return oneOf(
        Combinators.combine(node(), service().injectNull(0.3), status(), of(true, false))
            .as(CatalogOps::registerNode),
        Combinators.combine(node(), service().injectNull(0.5), check().injectNull(0.5))
            .as(NodeOp.Deregister::new),
        Combinators.combine(of("1", "2"), of("a", "A", "b"), of(true, false))
            .as((id, name, create) -> new QueryOp.Put(CatalogFixture.query(id, name), create)),
        of("1", "2").map(QueryOp.Delete::new),
        step().list().ofMinSize(1).ofMaxSize(3).map(CatalogTxn::new),
        of("deploy", "restart").map(CatalogOps::fire));
  }

  private static Arbitrary<CatalogTxn.Step> step() {
    Arbitrary<OptionalLong> cas = index().map(OptionalLong::of);
    return oneOf(
        Combinators.combine(node(), service().injectNull(0.5))
            .as((n, s) -> new CatalogTxn.Get(new CatalogTxn.Target(n, s, null))),
        Combinators.combine(one(), cas.injectNull(0.7))
            .as(
                (one, index) ->
                    new CatalogTxn.Set(one, index == null ? OptionalLong.empty() : index)),
        Combinators.combine(node(), service().injectNull(0.5), cas.injectNull(0.7))
            .as(
                (n, s, index) ->
                    new CatalogTxn.Delete(
                        new NodeOp.Deregister(n, s, null),
                        index == null ? OptionalLong.empty() : index)));
  }

  /** A node, a service or a check. */
  private static Arbitrary<NodeOp.Register> one() {
    return oneOf(
        node().map(n -> registered(n, null)),
        Combinators.combine(node(), service())
            .as((n, s) -> registered(n, CatalogFixture.externalService(n, s))),
        Combinators.combine(node(), of("", "web1", "db1"), status())
            .as((n, s, at) -> registered(n, null, CatalogFixture.externalCheck(n, "c1", s, at))));
  }

  private static NodeOp.Register registered(String node, Service service, Check... checks) {
    return new NodeOp.Register(
        new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, Stamp.NONE),
        service != null || checks.length > 0,
        service,
        List.of(checks),
        0);
  }

  private static Arbitrary<Operation.Write<CatalogDraft, ?>> coordinatorWrite() {
    return oneOf(
        member().map(MemberOp.Put::new),
        Combinators.combine(node(), status()).as(MemberOp.SerfHealth::new),
        node().map(MemberOp.Remove::new),
        Combinators.combine(node(), check(), index(), status())
            .as((n, c, i, s) -> new MemberOp.ReportCheck(new Key(n, c), i, s, "told")));
  }

  private static NodeOp.Register registerNode(
      String node, String service, Status status, boolean skip) {
    Check check = CatalogFixture.externalCheck(node, "c1", service == null ? "" : service, status);
    return new NodeOp.Register(
        new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, Stamp.NONE),
        skip,
        service == null ? null : CatalogFixture.externalService(node, service),
        List.of(check),
        0);
  }

  private static FireEvent fire(String name) {
    return new FireEvent(new UserEvent(name + "-1", name, new byte[0], "", "", "", 0));
  }

  private static Arbitrary<Operation<?>> read() {
    Arbitrary<CatalogRead<?>> reads =
        oneOf(
            Combinators.combine(name(), of(true, false))
                .as((n, passing) -> new CatalogRead.Instances(n, passing, List.of(), Map.of())),
            just(new CatalogRead.Services(Map.of())),
            just(new CatalogRead.Nodes(Map.of())),
            node().map(CatalogRead.NodeServices::new),
            node().map(CatalogRead.NodeChecks::new),
            name().map(n -> new CatalogRead.ServiceChecks(n, Map.of())),
            status().injectNull(0.3).map(s -> new CatalogRead.ChecksInState(s, Map.of())),
            Combinators.combine(service().injectNull(0.3), at()).as(CatalogRead.AgentServices::new),
            at().map(CatalogRead.AgentChecks::new),
            Combinators.combine(service(), at())
                .as((id, at) -> new CatalogRead.AgentCheck("service:" + id, at)),
            node().map(CatalogRead.RegisteredOn::new),
            node().map(n -> new CatalogRead.CheckOn(n, "c")),
            of("1", "a").injectNull(0.3).map(CatalogRead.Queries::new),
            index().map(CatalogRead.ChangedSince::new),
            of("deploy", "restart").injectNull(0.3).map(CatalogRead.Events::new));
    return Combinators.combine(reads, index()).as((read, index) -> Ops.news(read, index));
  }
}
