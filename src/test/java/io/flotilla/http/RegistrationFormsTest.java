package io.flotilla.http;

import static io.flotilla.http.TestServer.code;
import static io.flotilla.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms in which clients of Consul register services, machines and checks. */
class RegistrationFormsTest {
  private static final TestServer SERVER = new TestServer();

  private final String ns = "?ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private HttpResponse<String> put(String path, String body) {
    return SERVER.put(path + ns, body.replace('\'', '"'));
  }

  private void done(String path, String body) {
    HttpResponse<String> answer = put(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private JsonNode get(String path) {
    return json(SERVER.get(path + ns));
  }

  private JsonNode check(String id) {
    return get("/agent/checks").path(id);
  }

  @Test
  void fields_may_be_written_with_underscores() {
    done(
        "/agent/service/register",
        "{'name':'web','enable_tag_override':true,'tagged_addresses':{'lan_ipv4':"
            + "{'address':'10.0.0.1','port':80}},'check':{'check_id':'c','ttl':'10s',"
            + "'deregister_critical_service_after':'2m','failures_before_critical':2}}");
    JsonNode service = get("/agent/services").path("web");
    assertThat(service.path("EnableTagOverride").asBoolean()).isTrue();
    assertThat(service.path("TaggedAddresses").path("lan_ipv4").path("Port").asInt()).isEqualTo(80);
    assertThat(check("c").path("Definition").path("DeregisterCriticalServiceAfter").asText())
        .isEqualTo("2m");
    done("/agent/check/register", "{'Name':'of web','service_id':'web','TTL':'10s'}");
    assertThat(check("of web").path("ServiceName").asText()).isEqualTo("web");
  }

  @Test
  void what_is_written_as_usual_counts_before_underscores() {
    done("/agent/service/register", "{'name':'w','i_d':'a','ID':'b'}");
    assertThat(get("/agent/services").has("b")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1s,1m", "59s,1m", "90s,90s", "2h,120m"})
  void a_service_is_kept_for_a_minute_at_least(String given, String shown) {
    done(
        "/agent/service/register",
        "{'Name':'w','Check':{'TTL':'10s','DeregisterCriticalServiceAfter':'" + given + "'}}");
    assertThat(
            check("service:w").path("Definition").path("DeregisterCriticalServiceAfter").asText())
        .isEqualTo(shown);
  }

  @Test
  void every_kind_of_check_is_shown_as_it_was_registered() {
    done(
        "/agent/service/register",
        "{'Name':'w','Checks':["
            + "{'CheckID':'g','GRPC':'127.0.0.1:1/x','GRPCUseTLS':true,'Interval':'10s'},"
            + "{'CheckID':'h','H2PING':'127.0.0.1:1','Interval':'10s'},"
            + "{'CheckID':'u','UDP':'127.0.0.1:1','Interval':'10s'},"
            + "{'CheckID':'a','AliasService':'other'}]}");
    assertThat(check("g").path("Type").asText()).isEqualTo("grpc");
    assertThat(check("g").path("Definition").path("GRPC").asText()).isEqualTo("127.0.0.1:1/x");
    assertThat(check("g").path("Definition").path("GRPCUseTLS").asBoolean()).isTrue();
    assertThat(check("h").path("Definition").path("H2PingUseTLS").asBoolean()).isTrue();
    assertThat(check("u").path("Type").asText()).isEqualTo("udp");
    assertThat(check("a").path("Type").asText()).isEqualTo("alias");
    assertThat(check("a").path("Output").asText()).contains("could not be found");
    done("/agent/service/register", "{'Name':'other'}");
    assertThat(check("a").path("Status").asText()).isEqualTo("passing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'Args':[\"sh\"],'Interval':'10s'|500|Scripts are disabled on this agent from remote calls",
        "'DockerContainerID':'x','Interval':'10s'|400|not supported",
        "'TTL':'1s','Interval':'10s'|400|Invalid check: Interval and TTL cannot both be specified",
        "'HTTP':'http://x/'|400|Invalid check: Interval must be > 0",
        "'GRPC':'x:1'|400|Invalid check: Interval must be > 0",
        "'Notes':'none'|400|Invalid check: TTL must be > 0 for TTL checks",
        "'AliasNode':'n','TTL':'1s'|400|Invalid check: TTL cannot be set for Alias checks",
        "'AliasNode':'n','Interval':'1s'|400|Invalid check: Interval cannot be set for Alias checks",
        "'UDP':'x:1','TCP':'x:1','Interval':'1s'|400|given are TCP, UDP",
        "'GRPC':'x','Interval':'1s'|400|'GRPC' must be host:port",
        "'UDP':'x:0','Interval':'1s'|400|'UDP' must be host:port"
      },
      quoteCharacter = '`')
  void a_check_that_can_not_be_made_is_refused(String fields, int status, String text) {
    HttpResponse<String> answer = put("/agent/check/register", "{'Name':'c'," + fields + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
    assertThat(get("/agent/checks").size()).isZero();
  }

  @Test
  void a_machine_that_is_there_needs_no_address_to_get_a_service() {
    done("/catalog/register", "{'Node':'db1','Address':'10.1.0.1'}");
    done("/catalog/register", "{'Node':'db1','SkipNodeUpdate':true,'Service':{'Service':'db'}}");
    assertThat(get("/catalog/service/db").path(0).path("Address").asText()).isEqualTo("10.1.0.1");
    HttpResponse<String> refused = put("/catalog/register", "{'Node':'db1'}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("Must provide address if SkipNodeUpdate is not set");
  }

  @Test
  void a_check_is_registered_alone_for_a_machine_or_for_a_service_of_it() {
    done("/catalog/register", "{'Node':'db1','Address':'x','Service':{'Service':'db'}}");
    done(
        "/catalog/register",
        "{'Node':'db1','SkipNodeUpdate':true,'Check':{'Name':'disk','Status':'warning'}}");
    done(
        "/catalog/register",
        "{'Node':'db1','SkipNodeUpdate':true,'Check':{'Node':'db1','CheckID':'ping','Name':'p',"
            + "'ServiceID':'db','Status':'passing'}}");
    JsonNode checks = get("/health/service/db").path(0).path("Checks");
    assertThat(checks.findValuesAsText("CheckID")).containsExactly("ping", "disk");
    assertThat(checks.path(0).path("ServiceName").asText()).isEqualTo("db");
    HttpResponse<String> other =
        put("/catalog/register", "{'Node':'db1','Address':'x','Check':{'Node':'y','Name':'c'}}");
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(code(other)).isEqualTo("bad-parameter");
  }
}
