package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.registry.coordinator.CoordinatorEvent.Began;
import io.flotilla.registry.coordinator.CoordinatorEvent.NamespaceFound;
import io.flotilla.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoordinatorStateTest {
  private static CoordinatorEvent again(CoordinatorEvent event) {
    return Wire.PLAIN.read(event.getClass(), Wire.PLAIN.write(event));
  }

  @Test
  void stored_events_make_the_state_and_it_is_stored_whole() {
    CoordinatorState state = CoordinatorState.empty();
    for (CoordinatorEvent event :
        List.of(
            new Began("n1", 1_700_000_000_000L),
            new NamespaceFound("equipo ç"),
            new NamespaceFound("a"),
            new NamespaceFound("a"),
            new Began("n2", 5))) {
      assertThat(again(event)).isEqualTo(event);
      state = state.apply(again(event));
    }
    assertThat(state).isEqualTo(new CoordinatorState(2, "n2", 5, List.of("a", "equipo ç")));
    byte[] stored = Wire.PLAIN.write(state);
    assertThat(Wire.PLAIN.read(CoordinatorState.class, stored)).isEqualTo(state);
  }
}
