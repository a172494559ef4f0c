package io.flotilla.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A:B",
        "A:B#2",
        ":B",
        "B@",
        "drop=A:B",
        "drop=A:B#3",
        "dup=A:B",
        "crash=B",
        "recover=B",
        "pause=B",
        "resume=B",
        "cut=A+B",
        "cut=A",
        "oneway=A:B",
        "power=A",
        "tear=A",
        "slow=A",
        "quick=A",
        "heal"
      })
  void every_form_reads_back_as_it_is_written(String text) {
    assertThat(Choice.parse(text).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "A:",
        "A:B#0",
        ":B#2",
        "drop=:B",
        "crash=A+B",
        "oneway=A:B#2",
        "crush=A",
        "heal=A",
        "A;B"
      })
  void anything_else_is_refused_with_the_forms_there_are(String text) {
    assertThatThrownBy(() -> Choice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a choice; a choice is one of A:B");
  }

  @Test
  void a_list_is_separated_by_commas() {
    assertThat(Choice.parseList(":A, A:B,B@")).hasSize(3);
    assertThat(Choice.parseList("")).isEmpty();
    assertThatThrownBy(() -> Choice.parseList("A:B,,B@"))
        .hasMessageContaining("'' is not a choice");
  }

  @Test
  void faults_read_back_as_they_are_written() {
    String all = "drop=1,dup=2,crash=3,pause=5,cut=4,power=6,tear=7,oneway=8,slow=9,reorder";
    assertThat(Faults.parse(all).toString()).isEqualTo(all);
    assertThat(Faults.parse("none")).isEqualTo(Faults.NONE);
    for (String wrong : new String[] {"", "drop", "drop=-1", "drop=99999", "fire=1", "drop=1,,"}) {
      assertThatThrownBy(() -> Faults.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a fault");
    }
  }
}
