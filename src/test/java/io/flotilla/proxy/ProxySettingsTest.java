package io.flotilla.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.proxy.ProxySettings.Listener;
import io.flotilla.registry.balance.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
  private static ProxySettings of(String more) {
    return ProxySettings.of(
        ConfigFactory.parseString(more)
            .withFallback(ConfigFactory.parseResources("application.conf"))
            .resolve()
            .getConfig("flotilla"));
  }

  @Test
  void theDefaultsAreWithinTheirBounds() {
    ProxySettings settings = of("");
    assertThat(settings.listeners()).isEmpty();
    assertThat(settings.limits().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aProxyIsReadWithAndWithoutWhatMayBeLeftOut() {
    ProxySettings settings =
        of(
            """
            flotilla.proxies = [
              { service = web, listen = "127.0.0.1:4000" }
              { service = db, listen = "[::1]:4001", policy = least-connections, ns = shop, key = client }
            ]""");
    assertThat(settings.listeners())
        .containsExactly(
            new Listener("127.0.0.1", 4000, "default", "web", null),
            new Listener("::1", 4001, "shop", "db", Policy.LEAST_CONNECTIONS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flotilla.proxies = [{ listen = \"127.0.0.1:1\" }]|proxies[0]: needs 'service'",
        "flotilla.proxies = [{ service = web }]|proxies[0]: needs 'listen'",
        "flotilla.proxies = [{ service = web, listen = here }]|'here' is not an address",
        "flotilla.proxies = [{ service = web, listen = \"h:70000\" }]|'h:70000' is not an address",
        "flotilla.proxies = [{ service = w, listen = \"h:1\", policy = best }]|no policy 'best'",
        "flotilla.proxies = [{ service = w, listen = \"h:1\", key = \"header:a\" }]|TCP proxy is",
        "flotilla.proxies = [{ service = w, listen = \"h:1\", polcy = a }]|'polcy' is unknown",
        "flotilla.proxy.connect-timeout = 9 s|proxy.connect-timeout: must be from 10 ms to 8 s",
        "flotilla.proxy.max-connections = 0|proxy.max-connections: must be from 1 to 65535",
      })
  void whatIsWrongIsNamed(String config, String message) {
    assertThatThrownBy(() -> of(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("flotilla.")
        .hasMessageContaining(message);
  }
}
