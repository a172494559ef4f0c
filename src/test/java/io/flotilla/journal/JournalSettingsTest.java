package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalSettingsTest {
  @Test
  void without_seeds_a_node_is_a_group_of_its_own() {
    JournalSettings settings = of("");
    assertThat(settings.seeds()).containsExactly(settings.self());
    assertThat(settings.self().id()).isEqualTo("n1");
  }

  @Test
  void seeds_come_as_a_list_or_as_a_string_with_commas() {
    String list = "[\"n1@10.0.0.1:8300:8400\", \"n2@host:8301:8401\"]";
    String string = "\"n1@10.0.0.1:8300:8400, n2@host:8301:8401\"";
    assertThat(of("flotilla.cluster.seeds = " + list).seeds())
        .isEqualTo(of("flotilla.cluster.seeds = " + string).seeds())
        .contains(new Seed("n2", "host", 8301, 8401));
  }

  @Test
  void members_to_join_through_come_in_both_forms_too() {
    assertThat(of("").join()).isEmpty();
    assertThat(of("flotilla.cluster.join = [\"10.0.0.1:8300\", \"[::1]:8301\"]").join())
        .containsExactly("10.0.0.1:8300", "[::1]:8301")
        .isEqualTo(of("flotilla.cluster.join = \"10.0.0.1:8300, [::1]:8301\"").join());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster.seeds = \"n1@h:8300\"|flotilla.cluster.seeds: \"n1@h:8300\" isn't of the form",
        "cluster.seeds = \"n1@h:8300:99999\"|a port outside 1 to 65535",
        "cluster.seeds = \"n1@h:1:2,n1@h:3:4\"|the node id \"n1\" is listed twice",
        "cluster.seeds = \"n2@h:1:2\"|must list this node, \"n1\", too",
        "cluster.join = \"10.0.0.1\"|\"10.0.0.1\" isn't of the form host:clusterPort",
        "cluster.join = \"h:0\"|a port outside 1 to 65535",
        "cluster.name = \"\"|flotilla.cluster.name must have 1 to 64 characters",
        "journal.deadline = 10ms|flotilla.journal.deadline is 10 ms; give a duration from 1s to 5m",
        "journal.max-write-bytes = 5MiB|flotilla.journal.max-write-bytes is 5242880",
        "journal.election-timeout-max = 300ms|must be greater than election-timeout-min",
      })
  void a_setting_that_can_not_be_is_refused_with_its_name_and_the_mend(
      String line, String expected) {
    assertThatThrownBy(() -> of("flotilla." + line)).hasMessageContaining(expected);
  }

  private static JournalSettings of(String lines) {
    return JournalSettings.of(
        ConfigFactory.parseString(lines).withFallback(ConfigFactory.load()).resolve());
  }
}
