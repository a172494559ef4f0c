package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The form of requests and answers, as Consul documents it. */
class ServicesTest {
  // https://developer.hashicorp.com/consul/api-docs/health, shortened
  private static final String HEALTH =
      """
      [{"Node": {"ID": "40e4a748", "Node": "foobar", "Address": "10.1.10.12",
                 "Datacenter": "dc1", "Meta": {"instance_type": "t2.medium"}},
        "Service": {"ID": "redis", "Service": "redis", "Tags": ["primary"],
                    "Address": "10.1.10.13", "TaggedAddresses": {"lan": {"address": "a", "port": 1}},
                    "Meta": {"redis_version": "4.0"}, "Port": 8000,
                    "Weights": {"Passing": 10, "Warning": 1}},
        "Checks": [{"Node": "foobar", "CheckID": "service:redis", "Status": "warning"},
                   {"Node": "foobar", "CheckID": "serfHealth", "Status": "passing"}]},
       {"Node": {"Node": "other", "Address": "10.1.10.14"},
        "Service": {"ID": "redis-2", "Service": "redis", "Tags": null, "Address": "", "Port": 1},
        "Checks": []}]
      """;

  @Test
  void instances_are_read_from_consuls_json() throws IOException {
    try (FakeNode node = FakeNode.answering(200, HEALTH);
        Flotilla flotilla = PatientClient.connect(node.address())) {
      List<Instance> found = flotilla.services("team a").lookup("redis", true).join();
      assertThat(found)
          .containsExactly(
              new Instance(
                  "redis",
                  "redis",
                  "foobar",
                  "10.1.10.13",
                  8000,
                  List.of("primary"),
                  Map.of("redis_version", "4.0"),
                  10,
                  Status.WARNING),
              new Instance(
                  "redis-2",
                  "redis",
                  "other",
                  "10.1.10.14",
                  1,
                  List.of(),
                  Map.of(),
                  1,
                  Status.PASSING));
      assertThat(found.get(1).authority()).isEqualTo("10.1.10.14:1");
      assertThat(node.seen.get(0).uri()).isEqualTo("/v1/health/service/redis?ns=team%20a&passing");
      Services.Found more =
          flotilla.services().awaitChange("redis", false, 7, Duration.ofSeconds(1)).join();
      assertThat(more.index()).isEqualTo(7);
      assertThat(node.seen.get(1).uri()).isEqualTo("/v1/health/service/redis?index=7&wait=1000ms");
    }
  }

  @Test
  void a_definition_is_sent_in_consuls_json() throws IOException {
    ServiceDefinition web =
        ServiceDefinition.of("web")
            .id("web-1")
            .address("10.0.0.7", 80)
            .tag("v1")
            .tag("blue")
            .meta("zone", "a")
            .weight(3)
            .check(
                Check.http("http://10.0.0.7/health", Duration.ofSeconds(5))
                    .timeout(Duration.ofMillis(500))
                    .deregisterAfter(Duration.ofMinutes(1)));
    try (FakeNode node = FakeNode.answering(200, "");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      flotilla.services().register(web).join();
      flotilla.services().register(web.check(Check.ttl(Duration.ofSeconds(10)))).join();
      JsonNode json = new ObjectMapper().readTree(node.seen.get(0).body());
      assertThat(json)
          .isEqualTo(
              new ObjectMapper()
                  .readTree(
                      """
                      {"ID": "web-1", "Name": "web", "Address": "10.0.0.7", "Port": 80,
                       "Tags": ["v1", "blue"], "Meta": {"zone": "a"},
                       "Weights": {"Passing": 3, "Warning": 1},
                       "Check": {"HTTP": "http://10.0.0.7/health", "Interval": "5000ms",
                                 "Timeout": "500ms", "DeregisterCriticalServiceAfter": "60000ms",
                                 "Status": "critical"}}
                      """));
      assertThat(new ObjectMapper().readTree(node.seen.get(1).body()).path("Check").path("TTL"))
          .hasToString("\"10000ms\"");
    }
  }

  @Test
  void an_address_of_ip_version_6_is_put_in_brackets() {
    Instance i = new Instance("a", "a", "n", "::1", 80, List.of(), Map.of(), 1, Status.PASSING);
    assertThat(i.authority()).isEqualTo("[::1]:80");
  }

  @Test
  void a_status_that_is_not_known_gets_no_traffic() {
    assertThat(Status.of("passing")).isEqualTo(Status.PASSING);
    assertThat(Status.of("on fire")).isEqualTo(Status.CRITICAL);
  }
}
