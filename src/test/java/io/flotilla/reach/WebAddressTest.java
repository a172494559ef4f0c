package io.flotilla.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
  private static WebAddress of(String url) {
    return WebAddress.of(URI.create(url)).orElse(null);
  }

  @Test
  void hosts_are_names_or_addresses_and_may_have_an_underscore() {
    assertThat(of("http://web/x")).isEqualTo(new WebAddress("", "web", -1));
    assertThat(of("http://user_service:8080/health?a=b"))
        .isEqualTo(new WebAddress("", "user_service", 8080));
    assertThat(of("https://me:secret@10.0.0.1:1"))
        .isEqualTo(new WebAddress("me:secret", "10.0.0.1", 1));
    assertThat(of("http://[::1]:80/")).isEqualTo(new WebAddress("", "::1", 80));
    assertThat(of("http://web:/")).isEqualTo(new WebAddress("", "web", -1));
  }

  @Test
  void the_user_is_not_shown() {
    assertThat(of("http://me:secret@user_service:8080/").shown()).isEqualTo("user_service:8080");
    assertThat(of("http://[::1]/").shown()).isEqualTo("[::1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http:/x",
        "http:///x",
        "http://:80/",
        "http://web:65536/",
        "http://web:8o/",
        "http://a@b@c/",
        "http://we,b/",
        "mailto:a"
      })
  void what_names_no_host_is_none(String url) {
    assertThat(of(url)).isNull();
  }
}
