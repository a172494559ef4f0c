package io.flotilla.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.text.Hcl.Block;
import io.flotilla.text.Hcl.Entry;
import io.flotilla.text.Hcl.Literal;
import io.flotilla.text.Hcl.Many;
import io.flotilla.text.Hcl.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HclTest {
  private static final int DEPTH = 3;

  @Test
  void a_key_has_a_text_a_number_a_truth_a_list_or_a_block() {
    Block read = Hcl.read("a=\"x\" b = -12, c = true\nd = [1, [\"y\"],]\ne \"f\" { }", DEPTH);
    assertThat(read.entries())
        .containsExactly(
            new Entry("a", new Text("x")),
            new Entry("b", new Literal("-12")),
            new Entry("c", new Literal("true")),
            new Entry("d", new Many(List.of(new Literal("1"), new Many(List.of(new Text("y")))))),
            new Entry("e", new Block(List.of(new Entry("f", new Block(List.of()))))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = x",
        "a = 01",
        "a = -",
        "a = 1.5.",
        "a = [1 2]",
        "a = [1",
        "a = [[[[1]]]]",
        "a =",
        "a { b { c { d = 1 } } }",
        "a = 99999999999999999999",
        "a = <<E\nx\nE"
      })
  void what_it_does_not_know_it_refuses(String text) {
    assertThatThrownBy(() -> Hcl.read(text, DEPTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line ");
  }

  @Test
  void policies_have_texts_only() {
    assertThat(Hcl.readTexts("a = \"x\"", DEPTH).entries()).hasSize(1);
    assertThatThrownBy(() -> Hcl.readTexts("a = true", DEPTH))
        .hasMessageContaining("a text in double quotes is expected");
  }
}
