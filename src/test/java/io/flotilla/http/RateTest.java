package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateTest {
  private static final int MOST = 50;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final Rate rate = new Rate(MOST, Duration.ofMillis(200), nanos::get);

  private void exhaust(String client) {
    for (int i = 0; i < MOST; i++) {
      assertThat(rate.isExceeded(client)).as("number %d", i).isFalse();
    }
    assertThat(rate.isExceeded(client)).isTrue();
  }

  @Test
  void eachClientHasItsOwnAndGetsThemBackOneByOne() {
    exhaust("a");
    assertThat(rate.isExceeded("b")).isFalse();
    nanos.addAndGet(200_000_000);
    assertThat(rate.isExceeded("a")).isFalse();
    assertThat(rate.isExceeded("a")).isTrue();
    nanos.addAndGet(Long.MAX_VALUE / 2);
    exhaust("a");
  }

  @Test
  void theAddressesOfOneNetworkAreOneClient() {
    assertThat(Rate.network("2001:db8:1:2:aaaa:bbbb:cccc:dddd"))
        .isEqualTo(Rate.network("2001:db8:1:2:0:0:0:1"))
        .isNotEqualTo(Rate.network("2001:db8:1:3:0:0:0:1"));
    assertThat(Rate.network("10.0.0.1")).isEqualTo("10.0.0.1");
  }

  @Test
  void onlySoManyClientsAreRemembered() {
    exhaust("a");
    for (int i = 0; i < 10_000; i++) {
      rate.isExceeded("client-" + i);
    }
    assertThat(rate.isExceeded("a")).isFalse();
  }
}
