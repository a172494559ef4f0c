package io.flotilla.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuessesTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final Guesses guesses = new Guesses(nanos::get);

  private void exhaust(String address) {
    for (int i = 0; i < Guesses.MOST; i++) {
      assertThat(guesses.areTooMany(address)).as("guess %d", i).isFalse();
    }
    assertThat(guesses.areTooMany(address)).isTrue();
  }

  @Test
  void eachAddressHasItsOwnAndGetsThemBackOneByOne() {
    exhaust("10.0.0.1");
    assertThat(guesses.areTooMany("10.0.0.2")).isFalse();
    nanos.addAndGet(200_000_000);
    assertThat(guesses.areTooMany("10.0.0.1")).isFalse();
    assertThat(guesses.areTooMany("10.0.0.1")).isTrue();
    nanos.addAndGet(Long.MAX_VALUE / 2);
    exhaust("10.0.0.1");
  }

  @Test
  void theAddressesOfOneNetworkAreOne() {
    exhaust("2001:db8:1:2:0:0:0:1");
    assertThat(guesses.areTooMany("2001:db8:1:2:aaaa:bbbb:cccc:dddd")).isTrue();
    assertThat(guesses.areTooMany("2001:db8:1:3:0:0:0:1")).isFalse();
  }

  @Test
  void onlySoManyAddressesAreRemembered() {
    exhaust("10.0.0.1");
    for (int i = 0; i < 10_000; i++) {
      guesses.areTooMany("client-" + i);
    }
    assertThat(guesses.areTooMany("10.0.0.1")).isFalse();
  }

  @Test
  void whatPeopleThinkUpIsGuessable() {
    assertThat(Secrets.isGuessable("secret")).isTrue();
    assertThat(Secrets.isGuessable("aaaaaaaaaaaaaaaaaaaaaaaa")).isTrue();
    assertThat(Secrets.isGuessable("0123456789abcde")).isTrue();
    assertThat(Secrets.isGuessable("d8b1f2c34a5e6079")).isFalse();
  }
}
