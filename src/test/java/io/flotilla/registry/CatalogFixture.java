package io.flotilla.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A catalog that is decided upon and applied as its actor does it. Each event passes through its
 * stored form, and so does the state.
 */
final class CatalogFixture {
  static final Member N1 = new Member("n1", "10.0.0.1", 8500);
  static final Member N2 = new Member("n2", "10.0.0.2", 8500);
  static final Member N3 = new Member("n3", "10.0.0.3", 8500);

  EntityState<CatalogState, CatalogChange> whole = EntityState.of(CatalogState.empty());
  CatalogState state = whole.model();
  Committed<CatalogChange> event;
  final List<String> alive = new ArrayList<>();
  long now = 1_000;
  long wall = 1_700_000_000_000L;

  Result write(CatalogOp.Write op) {
    CatalogDecision decision =
        new CatalogDecision(whole, new Moment(now, wall), c -> alive.add(c.id()));
    Result result = decision.decide(op);
    store(decision);
    return result;
  }

  /** What is decided without a request. */
  void decide(java.util.function.Consumer<CatalogDecision> what) {
    CatalogDecision decision = new CatalogDecision(whole, new Moment(now, wall), c -> {});
    what.accept(decision);
    store(decision);
  }

  private void store(CatalogDecision decision) {
    CatalogCodec codec = CatalogCodec.INSTANCE;
    event = codec.event(codec.encode(decision.event("g", now)));
    EntityState<CatalogState, CatalogChange> next = whole.apply(event);
    assertThat(next.model().index()).isEqualTo(state.index() + event.changes().size());
    CatalogState read = codec.checkpoint(codec.encode(next)).model();
    assertThat(read.registrations()).isEqualTo(next.model().registrations());
    assertThat(read.indexes().byPath()).isEqualTo(next.model().indexes().byPath());
    whole = next;
    state = next.model();
  }

  /** Whether the write was done without changing anything. */
  boolean changesNothing(CatalogOp.Write op) {
    assertThat(write(op)).isEqualTo(new Result.Done(true, state.index()));
    return event.changes().isEmpty();
  }

  String code(CatalogOp.Write op) {
    Result result = write(op);
    assertThat(event.changes()).isEmpty();
    return ((Result.Refused) result).code();
  }

  void members() {
    write(new CatalogOp.PutMember(N1, null));
    write(new CatalogOp.PutMember(N2, null));
    write(new CatalogOp.PutMember(N3, null));
  }

  void serf(String node, Status status) {
    write(new CatalogOp.SerfHealth(node, status, null));
  }

  // ---- writes

  static Service service(Member origin, String id, String name, String... tags) {
    return new Service(
        origin.name(),
        id,
        name,
        List.of(tags),
        "",
        80,
        Map.of(),
        Map.of(),
        1,
        1,
        false,
        true,
        0,
        0);
  }

  static CheckDefinition ttl(long millis) {
    return new CheckDefinition(millis, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 0);
  }

  static CheckDefinition http(String url) {
    return new CheckDefinition(0, url, "GET", Map.of(), "", false, "", 10_000, 1_000, 1, 1, 0);
  }

  static Check check(Member origin, String id, String serviceId, CheckDefinition definition) {
    return Check.registered(
        origin.name(),
        id,
        "a check",
        definition.hasTtl() ? "ttl" : "http",
        Status.CRITICAL,
        "",
        "",
        serviceId,
        definition,
        true);
  }

  static CatalogOp.RegisterService register(Member origin, Service service, Check... checks) {
    return new CatalogOp.RegisterService(origin, service, List.of(checks), false, null);
  }

  /** With a TTL check of 10 s. */
  static CatalogOp.RegisterService checked(Member origin, String id, String name) {
    return register(
        origin, service(origin, id, name), check(origin, "service:" + id, id, ttl(10_000)));
  }

  static CatalogOp.UpdateCheck update(String check, Status status) {
    return new CatalogOp.UpdateCheck(check, status, "", null);
  }

  static CatalogOp.RegisterNode external(String node, Service service, Check... checks) {
    return new CatalogOp.RegisterNode(
        new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, 0, 0),
        false,
        service,
        List.of(checks),
        null);
  }

  static Service externalService(String node, String id) {
    return new Service(
        node, id, id, List.of(), "", 80, Map.of(), Map.of(), 1, 1, false, false, 0, 0);
  }

  static Check externalCheck(String node, String id, String serviceId, Status status) {
    return Check.registered(
        node, id, id, "", status, "", "", serviceId, CheckDefinition.NONE, false);
  }

  // ---- reads

  List<ServiceEntry> find(String name) {
    return ((CatalogResult.Entries) state.query(instances(name, false))).items();
  }

  List<ServiceEntry> passing(String name) {
    return ((CatalogResult.Entries) state.query(instances(name, true))).items();
  }

  static CatalogOp.Instances instances(String name, boolean passing) {
    return new CatalogOp.Instances(name, passing, List.of(), Map.of(), 0);
  }

  long index(CatalogOp.Read read) {
    return ((Result.Many<?>) state.query(read)).index();
  }

  long index(String service) {
    return index(instances(service, false));
  }

  Check checkOf(String id) {
    return state.registrations().agentCheck(id);
  }

  List<String> names() {
    return ((CatalogResult.Services) state.query(new CatalogOp.Services(Map.of(), 0)))
        .items().stream().map(CatalogResult.NameAndTags::name).toList();
  }
}
