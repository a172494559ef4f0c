package io.flotilla.registry;

import static io.flotilla.registry.CatalogFixture.N1;
import static io.flotilla.registry.CatalogFixture.check;
import static io.flotilla.registry.CatalogFixture.of;
import static io.flotilla.registry.CatalogFixture.ttl;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import io.flotilla.entity.Transit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Messages between a gateway and a catalog arrive unchanged on another node. */
class CatalogMessagesTest {
  private static final Transit TRANSIT = new Transit();

  private static final Map<String, String> META = Map.of("k", "v");
  private static final Node NODE =
      new Node("n1", "id", "10.0.0.1", Map.of("lan", "10.0.0.1"), META, true, new Stamp(2, 3));
  private static final Service SERVICE =
      new Service(
          new Key("n1", "web-1"),
          new ServiceRegistration(
              "web",
              List.of("a", "b"),
              "10.0.0.9",
              80,
              Map.of("lan", new Address("10.0.0.9", 80)),
              META,
              new Weights(2, 1),
              true,
              true,
              true),
          new Stamp(4, 5),
          "o");
  private static final Check TTL = check(N1, "c", "web-1", ttl(10_000));
  private static final Check HTTP =
      check(
          N1,
          "h",
          "",
          new CheckDefinition(
              0,
              "http://x",
              "PUT",
              Map.of("h", new CheckDefinition.Values(List.of("1", "2"))),
              "body",
              true,
              "",
              1,
              2,
              3,
              4,
              5));
  private static final CheckEntry SHOWN = new CheckEntry("n1", TTL, "web", List.of("a", "b"));
  private static final UserEvent EVENT =
      new UserEvent("id", "deploy", new byte[] {1}, "", "", "", 9);

  private static final List<Operation<?>> OPS =
      List.of(
          new Operation.News<>(new CatalogRead.Instances("web", true, List.of("a"), META), 5),
          new CatalogRead.Services(META),
          new CatalogRead.Nodes(META),
          new CatalogRead.NodeServices("n1"),
          new CatalogRead.NodeChecks("n1"),
          new CatalogRead.ServiceChecks("web", META),
          new CatalogRead.ChecksInState(null, META),
          new CatalogRead.AgentServices(null, "n1"),
          new Operation.News<>(new CatalogRead.AgentChecks("n1"), 3),
          new CatalogRead.AgentCheck("c", "n1"),
          new CatalogRead.RegisteredOn("n1"),
          new CatalogRead.CheckOn("n1", "c"),
          new Operation.News<>(new CatalogRead.ChangedSince(4), 4),
          new CatalogRead.Events(null),
          Ops.once(new AgentOp.RegisterService(N1, SERVICE, List.of(TTL, HTTP), true, 0), "id"),
          new AgentOp.DeregisterService("web-1", "n1"),
          new AgentOp.RegisterCheck(N1, HTTP),
          new Entire(
              new AgentOp.RegisterCheck(
                  N1, check(N1, "g", "", of(new CheckKind.Grpc("x:1/y", true))))),
          new AgentOp.DeregisterCheck("c", "n1"),
          new AgentOp.UpdateCheck("c", Status.WARNING, "output", "n1"),
          new AgentOp.ServiceMaintenance("web-1", true, "why", "n1"),
          new AgentOp.NodeMaintenance(N1, false, ""),
          new NodeOp.Register(NODE, true, null, List.of(), 0),
          new NodeOp.Deregister("n1", null, "c"),
          new FireEvent(EVENT),
          new CatalogTxn(
              List.of(
                  new CatalogTxn.Get(new CatalogTxn.Target("n1", "web-1", null)),
                  new CatalogTxn.Set(
                      new NodeOp.Register(NODE, true, SERVICE, List.of(TTL), 0),
                      OptionalLong.of(0)),
                  new CatalogTxn.Delete(
                      new NodeOp.Deregister("n1", null, "c"), OptionalLong.empty()))),
          new CatalogRead.Queries("q"),
          new QueryOp.Put(CatalogFixture.query("id", "q"), true),
          new QueryOp.Delete("id"),
          new MemberOp.Put(N1),
          new MemberOp.Put(new Member("n1", "10.0.0.1", 1, "id", Map.of("rack", "r7"))),
          new MemberOp.SerfHealth("n1", Status.CRITICAL),
          new MemberOp.Remove("n1"),
          new MemberOp.ReportCheck(new Key("n1", "h"), 7, Status.PASSING, "200"));

  private static final List<Result> RESULTS =
      List.of(
          new CatalogResult.Entries(2, List.of(new ServiceEntry(NODE, SERVICE, List.of(SHOWN)))),
          new CatalogResult.Services(
              2, List.of(new CatalogResult.NameAndTags("web", List.of("a")))),
          new CatalogResult.Nodes(2, List.of(NODE)),
          new CatalogResult.NodeServices(2, NODE, List.of(SERVICE)),
          new CatalogResult.Checks(2, List.of(SHOWN, new CheckEntry("n2", HTTP, "", List.of()))),
          new CatalogResult.Changed(
              2, true, List.of(new CatalogResult.ServiceChanged("web", List.of()))),
          new CatalogResult.Queries(2, List.of(CatalogFixture.query("id", "q"))),
          new CatalogResult.Transacted(
              2,
              List.of(
                  new CatalogResult.Item(NODE, null, null),
                  new CatalogResult.Item(null, SERVICE, null),
                  new CatalogResult.Item(null, null, SHOWN)),
              List.of(new CatalogResult.Failure(1, "index is stale"))),
          new CatalogResult.Events(2, List.of(EVENT)));

  @AfterAll
  static void end() {
    TRANSIT.close();
  }

  @Test
  void every_operation_arrives() {
    List<Operation<?>> arrived = TRANSIT.operations(OPS);
    assertThat(arrived).usingRecursiveComparison().isEqualTo(OPS);
    assertThat(arrived.stream().map(Object::getClass).toList())
        .isEqualTo(OPS.stream().map(Object::getClass).toList());
    Set<Class<?>> all =
        Transit.records(
            CatalogRead.class, AgentOp.class, NodeOp.class, MemberOp.class, QueryOp.class);
    all.add(FireEvent.class);
    all.add(Entire.class);
    all.add(CatalogTxn.class);
    assertThat(Transit.kinds(OPS)).isEqualTo(all);
  }

  @Test
  void every_result_arrives() {
    for (Result result : RESULTS) {
      Result arrived = TRANSIT.result(result);
      assertThat(arrived).hasSameClassAs(result);
      assertThat(arrived).usingRecursiveComparison().isEqualTo(result);
    }
    assertThat(Transit.classes(RESULTS)).isEqualTo(Transit.permitted(CatalogResult.class));
  }
}
