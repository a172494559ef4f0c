package io.flotilla.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Flotilla;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The extension for JUnit, on a class of its own. */
@FlotillaCluster(nodes = 3)
class FlotillaClusterTest {
  @Test
  void writes_are_replicated(Flotilla flotilla, EmbeddedCluster cluster) {
    flotilla.kv().set("colour", "green").join();
    try (Flotilla other = Flotilla.connect(cluster.address(2))) {
      assertThat(other.kv().get("colour").join().orElseThrow().text()).isEqualTo("green");
    }
  }

  @Nested
  class Within {
    @Test
    void a_nested_class_has_the_cluster_of_its_outer_one(EmbeddedCluster cluster) {
      assertThat(cluster.size()).isEqualTo(3);
    }
  }
}
