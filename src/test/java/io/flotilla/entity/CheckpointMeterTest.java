package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointMeterTest {

  private static int eventsUntilDue(long eventBytes, long stateBytes) {
    CheckpointMeter meter = CheckpointMeter.zero();
    int events = 0;
    do {
      meter = meter.count(eventBytes);
      events++;
    } while (!meter.due(CheckpointMeter.zero(), stateBytes));
    return events;
  }

  @Test
  void a_small_state_is_saved_before_its_events_take_long_to_read() {
    assertThat(eventsUntilDue(100, 1_000)).isBetween(1_000, 1_100);
    assertThat(eventsUntilDue(100_000, 1_000)).isEqualTo(11);
  }

  @Test
  void a_large_state_is_saved_once_its_events_outweigh_it_or_are_very_many() {
    assertThat(eventsUntilDue(100, 10L << 20)).isBetween(10_000, 10_300);
    assertThat(eventsUntilDue(1 << 20, 10L << 20)).isEqualTo(11);
    assertThat(eventsUntilDue(100, 1L << 30)).isEqualTo(CheckpointMeter.EVENTS);
  }
}
