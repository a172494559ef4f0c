package io.flotilla.dns;

import static io.flotilla.dns.ZoneFixture.on;
import static io.flotilla.dns.ZoneFixture.warned;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Rules;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

class ZoneTest {
  private static final int MANY = 1000;

  private final ZoneFixture fixture =
      new ZoneFixture()
          .service(
              "web",
              on("n1", "127.0.0.1", 80, "v1", "Blue"),
              on("n2", "10.0.0.2", 81, "v2"),
              on("n2", "2001:db8::2", 82, "v2", "a.b"))
          .service("failing")
          .service("named", on("n1", "db.example.com", 5432))
          .service("mixed", on("n1", "db.example.com", 1), on("n2", "10.0.0.2", 2))
          .service("same", on("n1", "10.0.0.9", 1), on("n2", "10.0.0.9", 2))
          .service("warned", on("n1", "10.0.0.1", 1), warned("n2", "10.0.0.2", 2))
          .service("team", "hidden", on("n1", "10.0.0.1", 1));

  private Map<String, ?> settings = Map.of();
  private Optional<Grant> grant = Optional.empty();

  private ZoneAnswer ask(String name, int type, int most) {
    return ask(fixture.table(), name, type, most);
  }

  private ZoneAnswer ask(Table table, String name, int type, int most) {
    return new Zone(
            ZoneFixture.settings(settings).zone("n1"),
            () -> table,
            () -> grant,
            new SplittableRandom(7))
        .answer(Name.fromConstantString(name), type, most);
  }

  private ZoneAnswer ask(String name, int type) {
    return ask(name, type, MANY);
  }

  /** Type and data of each. */
  private static List<String> texts(List<Record> records) {
    return records.stream().map(r -> Type.string(r.getType()) + " " + r.rdataToString()).toList();
  }

  private List<String> answers(String name, int type) {
    ZoneAnswer reply = ask(name, type);
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.answers()).allMatch(r -> r.getName().toString().equals(name));
    return texts(reply.answers());
  }

  private void isNegative(String name, int type, int rcode) {
    ZoneAnswer reply = ask(name, type);
    assertThat(reply.rcode()).as(name).isEqualTo(rcode);
    assertThat(reply.answers()).as(name).isEmpty();
    assertThat(reply.authority()).as(name).singleElement().isInstanceOf(SOARecord.class);
  }

  @Test
  void a_service_is_its_instances_addresses() {
    assertThat(answers("web.service.consul.", Type.A))
        .containsExactlyInAnyOrder("A 127.0.0.1", "A 10.0.0.2");
    assertThat(answers("web.service.consul.", Type.AAAA))
        .containsExactly("AAAA 2001:db8:0:0:0:0:0:2");
    assertThat(answers("web.service.consul.", Type.ANY)).hasSize(3);
    assertThat(answers("same.service.consul.", Type.A)).containsExactly("A 10.0.0.9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web.service.consul.",
        "WEB.Service.CONSUL.",
        "web.service.dc1.consul.",
        "_web._tcp.service.consul.",
        "_Web._TCP.service.dc1.consul."
      })
  void a_service_has_several_names_and_their_case_does_not_count(String name) {
    assertThat(answers(name, Type.A)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "v1.web.service.consul., 1",
    "blue.web.service.consul., 1",
    "_web._blue.service.consul., 1",
    "v2.web.service.consul., 2",
    "a.b.web.service.consul., 1"
  })
  void a_tag_chooses_among_the_instances(String name, int found) {
    assertThat(answers(name, Type.ANY)).hasSize(found);
  }

  @Test
  void a_server_record_has_the_port_and_its_target_an_address_beside_it() {
    ZoneAnswer reply = ask("web.service.consul.", Type.SRV);
    assertThat(texts(reply.answers()))
        .containsExactlyInAnyOrder(
            "SRV 1 1 80 n1.node.dc1.consul.",
            "SRV 1 1 81 0a000002.addr.dc1.consul.",
            "SRV 1 1 82 20010db8000000000000000000000002.addr.dc1.consul.");
    Set<Name> targets = new HashSet<>();
    reply.answers().forEach(r -> targets.add(((SRVRecord) r).getTarget()));
    assertThat(reply.more())
        .extracting(Record::getName)
        .containsExactlyInAnyOrderElementsOf(targets);
    for (Record beside : reply.more()) {
      assertThat(texts(ask(beside.getName().toString(), beside.getType()).answers()))
          .as("what its name leads to")
          .isEqualTo(texts(List.of(beside)));
    }
  }

  @Test
  void the_weight_of_a_server_is_its_registrations() {
    settings = Map.of("only-passing", false);
    assertThat(texts(ask("warned.service.consul.", Type.SRV).answers()))
        .anyMatch(text -> text.startsWith("SRV 1 3 2 "));
  }

  @Test
  void an_instance_that_warns_is_found_only_if_the_settings_say_so() {
    assertThat(answers("warned.service.consul.", Type.A)).containsExactly("A 10.0.0.1");
    settings = Map.of("only-passing", false);
    assertThat(answers("warned.service.consul.", Type.A)).hasSize(2);
  }

  @Test
  void an_instance_with_the_name_of_a_host_stands_for_it_unless_others_have_addresses() {
    assertThat(answers("named.service.consul.", Type.A)).containsExactly("CNAME db.example.com.");
    assertThat(answers("mixed.service.consul.", Type.A)).containsExactly("A 10.0.0.2");
    isNegative("mixed.service.consul.", Type.AAAA, Rcode.NOERROR);
    ZoneAnswer servers = ask("named.service.consul.", Type.SRV);
    assertThat(texts(servers.answers())).containsExactly("SRV 1 1 5432 db.example.com.");
    assertThat(servers.more()).isEmpty();
  }

  @Test
  void answers_come_in_any_order_and_no_more_than_are_of_use() {
    Instance[] hundred = new Instance[100];
    for (int i = 0; i < 100; i++) {
      hundred[i] = on("n1", "10.0.1." + i, 80);
    }
    fixture.service("many", hundred);
    Set<String> first = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Zone zone =
        new Zone(
            ZoneFixture.settings(settings).zone("n1"),
            fixture::table,
            () -> grant,
            new SplittableRandom(1));
    for (int i = 0; i < 200; i++) {
      List<String> some =
          texts(zone.answer(Name.fromConstantString("many.service.consul."), Type.A, 5).answers());
      assertThat(some).hasSize(5).doesNotHaveDuplicates();
      first.add(some.get(0));
      seen.addAll(some);
    }
    assertThat(first).hasSizeGreaterThan(50);
    assertThat(seen).hasSize(100);
  }

  @Test
  void a_node_is_its_address() {
    assertThat(answers("db-7.node.consul.", Type.A)).containsExactly("A 10.0.0.7");
    assertThat(answers("DB-7.node.dc1.consul.", Type.ANY)).containsExactly("A 10.0.0.7");
    assertThat(answers("six.node.consul.", Type.AAAA)).hasSize(1);
    assertThat(answers("cloud.node.consul.", Type.A)).containsExactly("CNAME db.example.com.");
    isNegative("db-7.node.consul.", Type.AAAA, Rcode.NOERROR);
    isNegative("db-7.node.consul.", Type.TXT, Rcode.NOERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nobody.service.consul.",
        "failing.service.consul.",
        "v3.web.service.consul.",
        "hidden.service.consul.",
        "nobody.node.consul.",
        "zz.addr.consul.",
        "0a00000.addr.consul.",
        "web.consul.",
        "web.service.dc2.consul."
      })
  void what_is_not_there_has_no_name(String name) {
    isNegative(name, Type.A, Rcode.NXDOMAIN);
    isNegative(name, Type.SRV, Rcode.NXDOMAIN);
  }

  /** Or a resolver that asks for one label after another would look no further. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "service.consul.",
        "node.consul.",
        "addr.consul.",
        "dc1.consul.",
        "service.dc1.consul.",
        "_tcp.service.consul."
      })
  void a_name_with_others_below_it_exists(String name) {
    isNegative(name, Type.NS, Rcode.NOERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com.",
        "consul.example.com.",
        ".",
        "web.query.consul.",
        "x.connect.consul."
      })
  void what_is_not_served_is_refused(String name) {
    assertThat(ask(name, Type.A)).isSameAs(ZoneAnswer.REFUSED);
  }

  @Test
  void the_domain_has_an_authority_and_its_servers_are_the_nodes() {
    assertThat(answers("consul.", Type.SOA))
        .singleElement()
        .asString()
        .startsWith("SOA n1.node.dc1.consul. hostmaster.consul. ");
    ZoneAnswer servers = ask("consul.", Type.NS);
    assertThat(texts(servers.answers()))
        .containsExactlyInAnyOrder("NS n1.node.dc1.consul.", "NS n2.node.dc1.consul.");
    assertThat(texts(servers.more())).containsExactlyInAnyOrder("A 127.0.0.1", "A 127.0.0.2");
    isNegative("consul.", Type.A, Rcode.NOERROR);
  }

  @Test
  void the_serial_rises_with_the_table() {
    long before = serial();
    fixture.changed();
    assertThat(serial()).isGreaterThan(before);
  }

  private long serial() {
    return ((SOARecord) ask("consul.", Type.SOA).answers().get(0)).getSerial();
  }

  @Test
  void an_address_leads_back_to_its_node() {
    assertThat(answers("7.0.0.10.in-addr.arpa.", Type.PTR))
        .containsExactly("PTR db-7.node.dc1.consul.");
    String six = "6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";
    assertThat(answers(six, Type.PTR)).containsExactly("PTR six.node.dc1.consul.");
    assertThat(ask("8.0.0.10.in-addr.arpa.", Type.PTR).rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(ask("x.0.0.10.in-addr.arpa.", Type.PTR).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void times_to_live_are_set() {
    settings =
        Map.of(
            "service-ttl", "10s", "node-ttl", "20s", "negative-ttl", "30s", "domain", "in.example");
    assertThat(ask("web.service.in.example.", Type.A).answers())
        .isNotEmpty()
        .allMatch(r -> r.getTTL() == 10);
    assertThat(ask("n1.node.in.example.", Type.A).answers())
        .isNotEmpty()
        .allMatch(r -> r.getTTL() == 20);
    SOARecord soa = (SOARecord) ask("no.node.in.example.", Type.A).authority().get(0);
    assertThat(soa.getTTL()).isEqualTo(30);
    assertThat(soa.getMinimum()).isEqualTo(30);
    assertThat(ask("web.service.consul.", Type.A)).isSameAs(ZoneAnswer.REFUSED);
  }

  @Test
  void only_what_may_be_read_is_answered() {
    grant =
        Optional.of(
            new Grant(
                "some",
                Rules.parse(
                    "service \"web\" { policy = \"read\" } service \"same\" { policy = \"read\" }"
                        + " node \"n2\" { policy = \"read\" }"),
                Level.DENY));
    assertThat(answers("web.service.consul.", Type.A)).containsExactly("A 10.0.0.2");
    assertThat(answers("n2.node.consul.", Type.A)).hasSize(1);
    assertThat(texts(ask("consul.", Type.NS).answers())).containsExactly("NS n2.node.dc1.consul.");
    isNegative("n1.node.consul.", Type.A, Rcode.NXDOMAIN);
    isNegative("warned.service.consul.", Type.A, Rcode.NXDOMAIN);
    assertThat(ask("7.0.0.10.in-addr.arpa.", Type.PTR).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  /** A node that has just started, or one whose coordinator has. */
  @Test
  void that_nothing_is_there_is_said_only_by_who_knows() {
    Table nothing = Table.empty().with(new Version(2, 0), List.of(), List.of());
    for (Table table : List.of(Table.empty(), nothing)) {
      List<Integer> rcodes = new ArrayList<>();
      for (String name :
          List.of("web.service.consul.", "n1.node.consul.", "7.0.0.10.in-addr.arpa.")) {
        rcodes.add(ask(table, name, Type.A, MANY).rcode());
      }
      assertThat(rcodes).containsOnly(Rcode.SERVFAIL);
    }
  }

  @Test
  void names_that_dns_does_not_have_are_left_out() {
    fixture.host("not a name", "10.0.0.66", false);
    fixture.service("odd", on("not a name", "10.0.0.66", 1), on("n1", "no host at all!", 2));
    assertThat(texts(ask("odd.service.consul.", Type.SRV).answers()))
        .containsExactly("SRV 1 1 1 0a000042.addr.dc1.consul.");
    assertThat(answers("odd.service.consul.", Type.A)).containsExactly("A 10.0.0.66");
    assertThat(answers("66.0.0.10.in-addr.arpa.", Type.PTR)).isEmpty();
  }
}
