package io.flotilla.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "10s, PT10S",
    "0s, PT0S",
    "1m30s, PT1M30S",
    "250ms, PT0.25S",
    "1.5h, PT1H30M",
    "0.1s, PT0.1S",
    "1h2m3s4ms5us6ns, PT1H2M3.004005006S",
    "5µs, PT0.000005S",
    "5μs, PT0.000005S",
    "0.0000000019s, PT0.000000001S",
    "00000000000000000000000000000000000000000000000000000000000010s, PT10S",
    "87600h, PT87600H",
  })
  void it_reads_what_go_writes(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "-1s",
        "+1s",
        "1",
        "1.s",
        ".5s",
        "1..5s",
        "1.5.5s",
        "1s ",
        " 1s",
        "1 s",
        "1d",
        "1S",
        "1e3s",
        "1s1",
        "s1",
        "٣s",
        "87601h",
        "9999999999999999999h",
        "1ss",
        "1.5",
        "∞"
      })
  void anything_else_is_none(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  /** Text longer than any duration isn't parsed at all, so its digits cost nothing. */
  @Test
  void it_does_not_grow_with_the_input() {
    for (String digits : List.of("0", "1", "9", "1h", "0.", ".")) {
      assertThat(GoDuration.parse(digits.repeat(250_000) + "s")).isEmpty();
      assertThat(GoDuration.parse("1s" + digits.repeat(250_000))).isEmpty();
    }
  }

  /** Random parts, summed up by the test itself. */
  @Test
  void sums_of_parts_are_exact() {
    Random random = new Random(5);
    List<String> units = List.of("ns", "us", "ms", "s", "m", "h");
    long[] nanos = {1L, 1_000L, 1_000_000L, 1_000_000_000L, 60_000_000_000L, 3_600_000_000_000L};
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      long sum = 0;
      for (int part = 0; part <= random.nextInt(4); part++) {
        int unit = random.nextInt(units.size());
        int count = random.nextInt(1_000);
        text.append(count).append(units.get(unit));
        sum += count * nanos[unit];
      }
      assertThat(GoDuration.parse(text.toString()))
          .as(text.toString())
          .contains(Duration.ofNanos(sum));
    }
  }

  @Test
  void random_text_is_read_or_not_and_never_fails() {
    Random random = new Random(6);
    String letters = "0123456789..nsuµmh -+eE";
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c <= random.nextInt(12); c++) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      read += GoDuration.parse(text.toString()).isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(100, 50_000);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ms",
    "999, 999ms",
    "1000, 1s",
    "1500, 1.5s",
    "12345, 12.345s",
    "60000, 1m0s",
    "90000, 1m30s",
    "3600000, 1h0m0s",
    "100000020, 27h46m40.02s"
  })
  void a_duration_is_written_as_go_writes_it(long millis, String text) {
    assertThat(GoDuration.text(Duration.ofMillis(millis))).isEqualTo(text);
    assertThat(GoDuration.parse(text)).contains(Duration.ofMillis(millis));
  }
}
