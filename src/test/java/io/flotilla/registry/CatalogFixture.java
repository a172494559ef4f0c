package io.flotilla.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import io.flotilla.entity.StoredForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A catalog that decides and applies as its actor does. Events and state pass through their stored
 * form.
 */
final class CatalogFixture {
  static final Member N1 = new Member("n1", "10.0.0.1", 8500, "", Map.of());
  static final Member N2 = new Member("n2", "10.0.0.2", 8500, "", Map.of());
  static final Member N3 = new Member("n3", "10.0.0.3", 8500, "", Map.of());

  EntityState<CatalogState, CatalogChange> whole = EntityState.of(CatalogState.empty());
  CatalogState state = whole.model();
  Committed<CatalogChange> event;
  final List<String> alive = new ArrayList<>();
  long now = 1_000;
  long wall = 1_700_000_000_000L;

  Result write(Operation<?> op) {
    CatalogDraft decision = new CatalogDraft(whole, new Moment(now, wall), c -> alive.add(c.id()));
    Result result = decision.decide(op);
    store(decision);
    return result;
  }

  /** Decisions made without a request. */
  void decide(java.util.function.Consumer<CatalogDraft> what) {
    CatalogDraft decision = new CatalogDraft(whole, new Moment(now, wall), c -> {});
    what.accept(decision);
    store(decision);
  }

  private void store(CatalogDraft decision) {
    event = StoredForm.again(decision.event("g", now));
    EntityState<CatalogState, CatalogChange> next = whole.apply(event);
    assertThat(next.model().index()).isEqualTo(state.index() + event.changes().size());
    CatalogState read = StoredForm.again(CatalogState.empty(), next).model();
    assertThat(read.registrations()).isEqualTo(next.model().registrations());
    assertThat(read.indexes().byPath()).isEqualTo(next.model().indexes().byPath());
    whole = next;
    state = next.model();
  }

  /** Whether the write was done without changing anything. */
  boolean changesNothing(Operation<?> op) {
    assertThat(write(op)).isEqualTo(new Result.Done(true, state.index()));
    return event.changes().isEmpty();
  }

  String code(Operation<?> op) {
    Result result = write(op);
    assertThat(event.changes()).isEmpty();
    return ((Result.Refused) result).code();
  }

  void members() {
    write(new MemberOp.Put(N1));
    write(new MemberOp.Put(N2));
    write(new MemberOp.Put(N3));
  }

  void serf(String node, Status status) {
    write(new MemberOp.SerfHealth(node, status));
  }

  // ---- writes

  static Service service(Member origin, String id, String name, String... tags) {
    return service(origin.name(), id, name, true, tags);
  }

  private static Service service(
      String node, String id, String name, boolean agent, String... tags) {
    return service(node, id, name, "10.2.0.7", agent, tags);
  }

  static Service service(
      String node, String id, String name, String address, boolean agent, String... tags) {
    return Service.registered(
        new Key(node, id),
        new ServiceRegistration(
            name,
            List.of(tags),
            address,
            80,
            Map.of(),
            Map.of(),
            Weights.EQUAL,
            false,
            agent,
            false),
        "");
  }

  static CheckDefinition ttl(long millis) {
    return new CheckDefinition(millis, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 0);
  }

  static CheckDefinition of(CheckKind kind) {
    boolean alias = kind instanceof CheckKind.Alias;
    return new CheckDefinition(
        0, "", "", Map.of(), "", false, "", alias ? 0 : 1_000, alias ? 0 : 500, 1, 1, 0, kind);
  }

  static CheckDefinition http(String url) {
    return new CheckDefinition(0, url, "GET", Map.of(), "", false, "", 10_000, 1_000, 1, 1, 0);
  }

  static Check check(Member origin, String id, String serviceId, CheckDefinition definition) {
    return Check.registered(
        new Key(origin.name(), id),
        new CheckRegistration("a check", type(definition), "", serviceId, definition, true),
        Status.CRITICAL,
        "");
  }

  private static String type(CheckDefinition d) {
    return d.kind() != null ? d.kind().type() : d.hasTtl() ? "ttl" : "http";
  }

  static AgentOp.RegisterService register(Member origin, Service service, Check... checks) {
    return new AgentOp.RegisterService(origin, service, List.of(checks), false, 0);
  }

  /** With a TTL check of 10 s. */
  static AgentOp.RegisterService checked(Member origin, String id, String name) {
    return register(
        origin, service(origin, id, name), check(origin, "service:" + id, id, ttl(10_000)));
  }

  static AgentOp.UpdateCheck update(String check, Status status) {
    return new AgentOp.UpdateCheck(check, status, "", "n1");
  }

  static NodeOp.Register external(String node, Service service, Check... checks) {
    return new NodeOp.Register(
        new Node(node, "", "10.1.0.1", Map.of(), Map.of(), false, Stamp.NONE),
        false,
        service,
        List.of(checks),
        0);
  }

  static Service externalService(String node, String id) {
    return service(node, id, id, false);
  }

  static Check externalCheck(String node, String id, String serviceId, Status status) {
    return Check.registered(
        new Key(node, id),
        new CheckRegistration(id, "", "", serviceId, CheckDefinition.NONE, false),
        status,
        "");
  }

  static PreparedQuery query(String id, String name) {
    return new PreparedQuery(
        id,
        name,
        new PreparedQuery.Wanted(
            "web",
            true,
            List.of("c"),
            "_agent",
            List.of("blue", "!green"),
            Map.of("rack", "1"),
            Map.of("v", "2"),
            1,
            List.of("dc2")),
        "10s",
        Stamp.NONE);
  }

  // ---- reads

  List<ServiceEntry> find(String name) {
    return instances(name, false).on(state).items();
  }

  List<ServiceEntry> passing(String name) {
    return instances(name, true).on(state).items();
  }

  static CatalogRead.Instances instances(String name, boolean passing) {
    return new CatalogRead.Instances(name, passing, List.of(), Map.of());
  }

  long index(CatalogRead<?> read) {
    return read.on(state).index();
  }

  long index(String service) {
    return index(instances(service, false));
  }

  Check checkOf(String id) {
    return state.registrations().agentCheck(id, "n1");
  }

  List<String> names() {
    return new CatalogRead.Services(Map.of())
        .on(state).items().stream().map(CatalogResult.NameAndTags::name).toList();
  }
}
