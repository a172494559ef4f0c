package io.flotilla.registry;

import static net.jqwik.api.Arbitraries.longs;
import static net.jqwik.api.Arbitraries.of;
import static net.jqwik.api.Arbitraries.oneOf;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary operations on a few nodes, services and checks, so that they often meet. */
final class CatalogOps {
  private CatalogOps() {}

  /** Of every kind. */
  static Arbitrary<CatalogOp> any() {
    return oneOf(agentWrite(), otherWrite(), read());
  }

  private static Arbitrary<Member> member() {
    return of(CatalogFixture.N1, CatalogFixture.N2, CatalogFixture.N3);
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

  private static Arbitrary<CatalogOp> agentWrite() {
    return oneOf(
        Combinators.combine(member(), service(), name(), of("v1", "v2"), checks(), of(true, false))
            .flatAs(
                (m, service, name, tag, checks, replace) ->
                    id().map(
                            id ->
                                new CatalogOp.RegisterService(
                                    m,
                                    CatalogFixture.service(m, service, name, tag),
                                    checks.stream().map(c -> ttl(m, c, service)).toList(),
                                    replace,
                                    id))),
        Combinators.combine(service(), id()).as(CatalogOp.DeregisterService::new),
        Combinators.combine(member(), check(), of("", "web1", "db1"), id())
            .as((m, c, s, id) -> new CatalogOp.RegisterCheck(m, ttl(m, c, s), id)),
        Combinators.combine(check(), id()).as(CatalogOp.DeregisterCheck::new),
        Combinators.combine(check(), status(), of("", "well"), id()).as(CatalogOp.UpdateCheck::new),
        Combinators.combine(service(), of(true, false), of("", "later"), id())
            .as(CatalogOp.ServiceMaintenance::new),
        Combinators.combine(member(), of(true, false), of("", "later"), id())
            .as(CatalogOp.NodeMaintenance::new));
  }

  private static Arbitrary<List<String>> checks() {
    return check().list().uniqueElements().ofMaxSize(2);
  }

  private static Check ttl(Member member, String check, String service) {
    return CatalogFixture.check(member, check, service, CatalogFixture.ttl(10_000));
  }

  private static Arbitrary<CatalogOp> otherWrite() {
    return oneOf(
        Combinators.combine(node(), service().injectNull(0.3), status(), of(true, false), id())
            .as(CatalogOps::registerNode),
        Combinators.combine(node(), service().injectNull(0.5), check().injectNull(0.5), id())
            .as(CatalogOp.DeregisterNode::new),
        member().map(m -> new CatalogOp.PutMember(m, null)),
        Combinators.combine(node(), status()).as((n, s) -> new CatalogOp.SerfHealth(n, s, null)),
        node().map(n -> new CatalogOp.RemoveMember(n, null)),
        Combinators.combine(node(), check(), index(), status())
            .as((n, c, i, s) -> new CatalogOp.ReportCheck(new Key(n, c), i, s, "told", null)),
        Combinators.combine(of("deploy", "restart"), id()).as(CatalogOps::fire));
  }

  private static CatalogOp registerNode(
      String node, String service, Status status, boolean skip, String id) {
    Check check = CatalogFixture.externalCheck(node, "c1", service == null ? "" : service, status);
    return new CatalogOp.RegisterNode(
        new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, 0, 0),
        skip,
        service == null ? null : CatalogFixture.externalService(node, service),
        List.of(check),
        id);
  }

  private static CatalogOp fire(String name, String id) {
    return new CatalogOp.FireEvent(
        new UserEvent(name + "-1", name, new byte[0], "", "", "", 0), id);
  }

  private static Arbitrary<CatalogOp> read() {
    return oneOf(
        Combinators.combine(name(), of(true, false), index())
            .as((n, passing, i) -> new CatalogOp.Instances(n, passing, List.of(), Map.of(), i)),
        index().map(i -> new CatalogOp.Services(Map.of(), i)),
        index().map(i -> new CatalogOp.Nodes(Map.of(), i)),
        Combinators.combine(node(), index()).as(CatalogOp.NodeServices::new),
        Combinators.combine(node(), index()).as(CatalogOp.NodeChecks::new),
        Combinators.combine(name(), index())
            .as((n, i) -> new CatalogOp.ServiceChecks(n, Map.of(), i)),
        Combinators.combine(status().injectNull(0.3), index())
            .as((s, i) -> new CatalogOp.ChecksInState(s, Map.of(), i)),
        Combinators.combine(service().injectNull(0.3), index()).as(CatalogOp.AgentServices::new),
        index().map(CatalogOp.AgentChecks::new),
        index().map(i -> new CatalogOp.ChangedSince(i, i)),
        Combinators.combine(of("deploy", "restart").injectNull(0.3), index())
            .as(CatalogOp.Events::new));
  }
}
