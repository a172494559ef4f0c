package io.flotilla.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferTest {
  private static final int MANY = 1000;

  private final Buffer buffer = new Buffer();

  private long add(String text) {
    return buffer.add("request of " + text, text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> after(long number, int messages, long bytes) {
    return buffer.after(number, messages, bytes).stream().map(String::new).toList();
  }

  @Test
  void messages_are_numbered_from_one_and_found_after_a_number() {
    assertThat(buffer.last()).isZero();
    assertThat(List.of(add("a"), add("b"), add("c"))).containsExactly(1L, 2L, 3L);
    assertThat(after(0, MANY, MANY)).containsExactly("a", "b", "c");
    assertThat(after(1, MANY, MANY)).containsExactly("b", "c");
    assertThat(after(3, MANY, MANY)).isEmpty();
    assertThat(after(0, 2, MANY)).containsExactly("a", "b");
  }

  @Test
  void an_answer_is_limited_in_bytes_but_has_one_message() {
    add("large");
    add("b");
    add("c");
    assertThat(after(0, MANY, 3)).containsExactly("large");
    assertThat(after(0, MANY, 6)).containsExactly("large", "b");
  }

  @Test
  void the_oldest_are_given_up_and_the_numbers_stay() {
    add("a");
    add("b");
    add("c");
    buffer.trim(2, Long.MAX_VALUE);
    assertThat(buffer.before()).isEqualTo(1);
    assertThat(after(1, MANY, MANY)).containsExactly("b", "c");
    buffer.trim(2, 0);
    assertThat(buffer.bytes()).isZero();
    assertThat(buffer.before()).isEqualTo(buffer.last()).isEqualTo(3);
    assertThat(add("d")).isEqualTo(4);
    assertThat(after(3, MANY, MANY)).containsExactly("d");
  }

  @Test
  void a_repetition_gets_the_number_of_the_first_as_long_as_that_is_there() {
    assertThat(add("a")).isEqualTo(1);
    assertThat(add("b")).isEqualTo(2);
    assertThat(add("a")).isEqualTo(1);
    assertThat(buffer.last()).isEqualTo(2);
    buffer.trim(1, Long.MAX_VALUE);
    assertThat(add("a")).isEqualTo(3);
  }
}
