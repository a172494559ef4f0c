package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.registry.coordinator.CoordinatorEvent.Began;
import io.flotilla.registry.coordinator.CoordinatorEvent.NamespaceFound;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of today's disks: these texts must be readable for ever. */
class CoordinatorSerializerTest {
  private final CoordinatorSerializer serializer = new CoordinatorSerializer(null);

  private void isStoredAs(String json, String manifest, Object o) throws NotSerializableException {
    assertThat(serializer.manifest(o)).isEqualTo(manifest);
    assertThat(new String(serializer.toBinary(o), StandardCharsets.UTF_8)).isEqualTo(json);
    assertThat(serializer.fromBinary(json.getBytes(StandardCharsets.UTF_8), manifest)).isEqualTo(o);
  }

  @Test
  void events() throws NotSerializableException {
    isStoredAs(
        "{\"type\":\"began\",\"node\":\"n1\",\"sinceMillis\":1700000000000}",
        "coordinator-event-1",
        new Began("n1", 1_700_000_000_000L));
    isStoredAs(
        "{\"type\":\"namespace\",\"namespace\":\"equipo ç\"}",
        "coordinator-event-1",
        new NamespaceFound("equipo ç"));
  }

  @Test
  void state() throws NotSerializableException {
    isStoredAs(
        "{\"term\":3,\"node\":\"n2\",\"sinceMillis\":5,\"namespaces\":[\"a\",\"b\"]}",
        "coordinator-state-1",
        new CoordinatorState(3, "n2", 5, List.of("a", "b")));
  }

  @Test
  void what_a_newer_version_wrote_is_refused() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {'{', '}'}, "coordinator-event-2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("newer version");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {1, 2}, "coordinator-event-1"))
        .isInstanceOf(NotSerializableException.class);
  }
}
