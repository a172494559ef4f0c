package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.TestPatience;
import io.flotilla.http.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client's services against a real catalog. */
class RegistrationTest {
  private static final TestServer SERVER = new TestServer();
  private static final String ADDRESS = SERVER.base().replace("http://", "").replace("/v1", "");
  private static final Duration PATIENCE = TestPatience.PATIENCE;

  private final Flotilla flotilla = PatientClient.connect(ADDRESS);
  private final Services services = flotilla.services(UUID.randomUUID().toString());
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final ServiceDefinition web =
      ServiceDefinition.of("web").id("web-1").address("10.0.0.7", 80);

  @AfterEach
  void close() {
    flotilla.close();
  }

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private final Registration.Listener listener =
      new Registration.Listener() {
        @Override
        public void registeredAgain() {
          told.add("again");
        }

        @Override
        public void notRenewed(FlotillaException reason) {
          told.add(reason.code());
        }
      };

  private List<Instance> passing() {
    return Flotilla.await(services.lookup("web", true));
  }

  @Test
  void what_is_registered_is_found_as_it_was_defined() {
    ServiceDefinition full =
        web.tag("v1")
            .meta("zone", "a")
            .weight(3)
            .check(Check.ttl(Duration.ofSeconds(10)).initially(Status.PASSING));
    Flotilla.await(services.register(full));
    Flotilla.await(services.register(web.id("web-2").address("10.0.0.8", 81)));
    List<Instance> found = passing();
    assertThat(found).extracting(Instance::authority).containsExactly("10.0.0.7:80", "10.0.0.8:81");
    Instance first = found.get(0);
    assertThat(first.id()).isEqualTo("web-1");
    assertThat(first.tags()).containsExactly("v1");
    assertThat(first.meta()).containsEntry("zone", "a");
    assertThat(first.weight()).isEqualTo(3);
    assertThat(Flotilla.await(services.names())).containsKey("web");
  }

  @Test
  void a_check_is_passed_and_failed_by_its_id() {
    Flotilla.await(services.register(web.check(Check.ttl(Duration.ofMinutes(1)))));
    assertThat(passing()).as("critical until the first report").isEmpty();
    assertThat(Flotilla.await(services.pass(web.checkId(), "fine"))).isTrue();
    assertThat(passing()).hasSize(1);
    assertThat(Flotilla.await(services.warn(web.checkId(), "hm"))).isTrue();
    assertThat(Flotilla.await(services.lookup("web", false)))
        .extracting(Instance::status)
        .containsExactly(Status.WARNING);
    assertThat(Flotilla.await(services.fail(web.checkId(), "oh"))).isTrue();
    assertThat(passing()).isEmpty();
  }

  @Test
  void what_is_not_there_is_no_error() {
    assertThat(Flotilla.await(services.pass("service:nobody", null))).isFalse();
    assertThat(Flotilla.await(services.deregister("nobody"))).isFalse();
    assertThat(Flotilla.await(services.lookup("nobody", false))).isEmpty();
  }

  @Test
  void a_registration_outlives_its_ttl_until_it_is_closed() throws InterruptedException {
    ServiceDefinition brief = web.check(Check.ttl(Duration.ofSeconds(1)));
    try (Registration registration = services.keepRegistered(brief, listener)) {
      Awaitility.await()
          .during(Duration.ofMillis(2500))
          .atMost(PATIENCE)
          .until(() -> passing().size() == 1);
      assertThat(registration.service().id()).isEqualTo("web-1");
    }
    assertThat(Flotilla.await(services.lookup("web", false))).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void an_instance_that_was_removed_by_others_is_registered_again() throws InterruptedException {
    try (Registration registration =
        services.keepRegistered(web.check(Check.ttl(Duration.ofSeconds(3))), listener)) {
      Flotilla.await(services.deregister(registration.service().id()));
      assertThat(told.poll(120, TimeUnit.SECONDS)).isEqualTo("again");
      assertThat(passing()).hasSize(1);
    }
  }

  @Test
  void who_can_not_register_is_told_at_once() throws IOException {
    try (Flotilla nobody = Flotilla.connect(FakeNode.nobody())) {
      assertThatThrownBy(() -> nobody.services().keepRegistered(web, listener))
          .isInstanceOfSatisfying(
              FlotillaException.class,
              e -> assertThat(e.code()).isEqualTo(FlotillaException.UNREACHABLE));
    }
  }

  @Test
  void a_watch_tells_what_is_there_and_every_change() throws InterruptedException {
    BlockingQueue<List<Instance>> seen = new LinkedBlockingQueue<>();
    try (ServiceWatch watch = services.watch("web", true, seen::add)) {
      assertThat(seen.poll(120, TimeUnit.SECONDS)).isEmpty();
      Flotilla.await(services.register(web));
      assertThat(seen.poll(120, TimeUnit.SECONDS))
          .extracting(Instance::id)
          .containsExactly("web-1");
      Flotilla.await(services.register(web.id("other").address("h", 1)));
      assertThat(seen.poll(120, TimeUnit.SECONDS)).hasSize(2);
      Flotilla.await(services.deregister("web-1"));
      assertThat(seen.poll(120, TimeUnit.SECONDS))
          .extracting(Instance::id)
          .containsExactly("other");
    }
  }

  @Test
  void a_watch_goes_on_at_another_address_and_says_so() throws Exception {
    BlockingQueue<List<Instance>> seen = new LinkedBlockingQueue<>();
    BlockingQueue<String> moves = new LinkedBlockingQueue<>();
    try (Flotilla two =
            PatientClient.of(FakeNode.nobody() + "," + ADDRESS)
                .onFailover((from, to, reason) -> moves.add(to.getAuthority()))
                .build();
        ServiceWatch watch = two.services().watch("web", true, seen::add)) {
      assertThat(seen.poll(120, TimeUnit.SECONDS)).isEmpty();
      assertThat(moves).containsExactly(ADDRESS);
    }
  }
}
