package io.flotilla.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void a_text_is_cut_between_two_characters() {
    String text = "aé€😀b";
    int[] whole = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (int bytes = 0; bytes < whole.length; bytes++) {
      String beginning = Utf8.beginning(text, bytes);
      assertThat(text).startsWith(beginning);
      assertThat(beginning.getBytes(UTF_8)).as("at most " + bytes).hasSize(whole[bytes]);
    }
  }

  @Test
  void what_is_no_text_is_replaced() {
    assertThat(Utf8.beginning(new byte[] {'a', (byte) 0xFF, 'b'}, 10)).isEqualTo("a\uFFFDb");
  }
}
