package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.registry.Member;
import io.flotilla.tls.TlsException;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong setting ends the start with one line that names it. */
class SettingsTest {
  private static final Config DEFAULTS =
      ConfigFactory.parseString("flotilla.dns.port = 8600")
          .withFallback(ConfigFactory.parseResources("application.conf"))
          .resolve();

  private static final Set<String> CHECKED_HERE =
      Set.of(
          "acl",
          "audit",
          "client",
          "dns",
          "http",
          "insecure",
          "kv",
          "memory",
          "proxy",
          "session",
          "store",
          "tls",
          "topic");

  private static final Pattern NUMBER =
      Pattern.compile("[0-9]+(\\.[0-9]+)?( (ms|s|minutes|[KM]iB))?|auto");
  private static final Pattern SWITCH = Pattern.compile("true|false|on|off|yes|no");

  private static Settings of(String line) {
    return Settings.of(ConfigFactory.parseString(line).withFallback(DEFAULTS), Clock.systemUTC());
  }

  @Test
  void theDefaultsAreRight() {
    assertThat(of("").acl()).isEmpty();
    assertThat(of("").tls()).isEmpty();
  }

  private static Stream<String> settings(Pattern kind) {
    return DEFAULTS.getConfig("flotilla").entrySet().stream()
        .filter(e -> CHECKED_HERE.contains(e.getKey().split("\\.")[0]))
        .filter(e -> kind.matcher(String.valueOf(e.getValue().unwrapped())).matches())
        .map(Map.Entry::getKey)
        .sorted();
  }

  static Stream<String> numbers() {
    return settings(NUMBER);
  }

  static Stream<String> switches() {
    return settings(SWITCH);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void noNumberIsTakenThatMeansNothing(String key) {
    for (String value : new String[] {"-1", "some", "1e18", "[]"}) {
      refused(key, value);
    }
  }

  @ParameterizedTest
  @MethodSource("switches")
  void aSwitchIsOnOrOff(String key) {
    refused(key, "perhaps");
  }

  private static void refused(String key, String value) {
    assertThatThrownBy(() -> of("flotilla." + key + " = " + value))
        .as("%s = %s", key, value)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key.substring(key.lastIndexOf('.') + 1))
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client.rate = 1000001|flotilla.client.rate: must be from 0 to 1000000, but is 1000001",
        "client.connections = 0|flotilla.client.connections: must be from 0.01 to 1.0, but is 0.0",
        "client.watches = 1.1|flotilla.client.watches: must be from 0.01 to 1.0, but is 1.1",
        "client.bytes = NaN|flotilla.client.bytes: must be from 0.01 to 1.0, but is NaN",
        "memory.bodies = 0.6|flotilla.memory.bodies: must be from 0.01 to 0.5, but is 0.6",
        "http.request-timeout = 2 minutes|must be from 1000 to 60000 ms, but is 120000 ms",
        "http.port = 65536|flotilla.http.port: must be from 1 to 65535, but is 65536",
        "http.host = 0.0.0.0|set flotilla.http.token (FLOTILLA_HTTP_TOKEN) too, or use 127.0.0.1",
        "http.token = secret|flotilla.http.token: can be guessed: use at least 16 characters",
        "node.host = 0.0.0.0|Set flotilla.tls (./flotilla ca --help); or, in a network",
        "node.id = \"a b\"|flotilla.node: \"a b@127.0.0.1:8300:8400\" isn't of the form",
        "node.uuid = n1|flotilla.node.uuid: 'n1' isn't a UUID",
        "node.meta = \"a b:c\"|flotilla.node.meta: the key 'a b' must be of letters, digits,",
        "node.meta = [\":c\"]|flotilla.node.meta: the key '' must be of letters, digits,",
        "node.meta = \"consul-x:c\"|the key 'consul-x' begins with consul-, as Consul's own do",
        "node.meta = \"a:1,b:2,a:3\"|flotilla.node.meta: the key 'a' is there twice",
        "acl.default-policy = maybe|flotilla.acl.default-policy: must be \"allow\" or \"deny\"",
        "topic.buffer-bytes = 1 KiB|topic.buffer-bytes: must be from 262144 to 67108864, but is 1024",
        "audit.max-size = 1 KiB|flotilla.audit.max-size: must be from 65536 to",
        "store.quota = 1 KiB|flotilla.store.quota: must be from 1048576 to",
        "targets.allow = here|flotilla.targets.allow: ",
        "tls.ca-file = ca.pem|give all three of ca-file, cert-file and key-file, or none",
      })
  void whatIsWrongIsSaidWithItsMend(String line, String message) {
    assertThatThrownBy(() -> of("flotilla." + line))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aTokenThatCanBeGuessedIsForLoopbackAloneAndMustBeMeant() {
    assertThat(of("flotilla.http { token = root, guessable = yes }").http().token())
        .isEqualTo("root");
    assertThatThrownBy(() -> of("flotilla.http { token = root, guessable = yes, host = 0.0.0.0 }"))
        .hasMessageContaining("flotilla.http.token: can be guessed");
  }

  @Test
  void aNodeSaysOfItselfWhatItsOperatorSays() {
    String uuid = "6F3C1C7E-1A3D-4C1B-9A51-7F5F0A2B9D10";
    Member said =
        of("flotilla.node { uuid = " + uuid + ", meta = \"rack:r7, at:10:30\" }").member();
    assertThat(said.nodeId()).isEqualTo(uuid.toLowerCase(Locale.ROOT));
    assertThat(said.nodeMeta())
        .isEqualTo(Map.of("rack", "r7", "at", "10:30", "consul-network-segment", ""));
    Member silent = of("").member();
    assertThat(silent.nodeId())
        .isEqualTo(new Member("n1", "127.0.0.1", 8500, "", Map.of()).nodeId());
    assertThat(silent.nodeMeta()).isEqualTo(Map.of("consul-network-segment", ""));
  }

  @Test
  void whatANodeSaysOfItselfIsBounded() {
    assertThat(of(meta(64, "k".repeat(120), "v".repeat(512))).member().meta()).hasSize(64);
    for (String tooMuch :
        new String[] {
          meta(65, "k", "v"), meta(1, "k".repeat(128), ""), meta(1, "k", "v".repeat(513))
        }) {
      assertThatThrownBy(() -> of(tooMuch))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("flotilla.node.meta: ");
    }
  }

  /** Keys that end with a number. */
  private static String meta(int pairs, String key, String value) {
    return IntStream.range(0, pairs)
        .mapToObj(i -> '"' + key + i + ":" + value + '"')
        .collect(Collectors.joining(",", "flotilla.node.meta = [", "]"));
  }

  @Test
  void aFileOfTlsThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                of("flotilla.tls { ca-file = none.pem, cert-file = own.pem, key-file = key.pem }"))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("can't read none.pem")
        .hasMessageNotContaining("\n");
  }
}
