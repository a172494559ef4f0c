package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.journal.Mark.Promise;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkTest {
  @TempDir Path directory;
  private Mark mark;

  @BeforeEach
  void create() throws IOException {
    mark = new Mark(directory);
    mark.create("n1-1", Promise.NONE);
  }

  @AfterEach
  void close() throws IOException {
    mark.close();
  }

  /** What the next process would find if this one were killed now. */
  private Promise found() throws IOException {
    try (Mark next = new Mark(directory)) {
      return next.load("n1-1");
    }
  }

  @Test
  void what_was_acknowledged_is_in_the_file_at_once_and_never_falls() throws IOException {
    for (long index = 0; index < 100; index++) {
      mark.acknowledge(index);
      assertThat(found().index()).isEqualTo(index);
    }
    mark.acknowledge(50);
    assertThat(found().index()).isEqualTo(99);
  }

  @Test
  void a_vote_is_given_once_in_a_term() throws IOException {
    mark.acknowledge(7);
    mark.voted(3, "n2-1");
    mark.voted(3, "n2-1");
    assertThatThrownBy(() -> mark.voted(3, "n3-1")).hasMessageContaining("not given");
    assertThatThrownBy(() -> mark.voted(2, "n3-1")).hasMessageContaining("not given");
    assertThat(found()).isEqualTo(new Promise(7, 3, "n2-1"));
  }

  @Test
  void one_record_may_be_torn_but_not_both() throws IOException {
    mark.voted(3, "n2-1");
    mark.acknowledge(7);
    mark.acknowledge(8);
    spoil(0);
    Promise left = found();
    assertThat(left.index()).isBetween(7L, 8L);
    assertThat(left.votedFor()).isEqualTo("n2-1");
    spoil(4096);
    assertThatThrownBy(this::found).hasMessageContaining("isn't readable");
  }

  private void spoil(long slot) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("mark").toFile(), "rw")) {
      file.seek(slot + 30);
      int old = file.read();
      file.seek(slot + 30);
      file.write(old ^ 1);
    }
  }

  @Test
  void the_mark_of_another_disk_is_none() {
    assertThatThrownBy(
            () -> {
              try (Mark other = new Mark(directory)) {
                other.load("n1-2");
              }
            })
        .hasMessageContaining("belongs to disk n1-1");
  }

  @Test
  void entries_that_are_about_to_be_cut_off_are_not_promised() throws IOException {
    mark.acknowledge(10);
    Mark.Truncation first = mark.truncating(8);
    assertThat(found().index()).as("before the log is cut").isEqualTo(7);
    // Written and flushed before the truncation: gone after it.
    mark.acknowledge(12);
    assertThat(found().index()).isEqualTo(7);
    Mark.Truncation second = mark.truncating(6);
    mark.truncated(first);
    mark.acknowledge(12);
    assertThat(found().index()).isEqualTo(5);
    mark.truncated(second);
    mark.acknowledge(6);
    assertThat(found().index()).isEqualTo(6);
  }

  @Test
  void a_state_file_that_was_taken_over_ends_what_was_under_way() throws IOException {
    mark.acknowledge(10);
    mark.truncating(8);
    mark.installed(500);
    assertThat(found().index()).isEqualTo(500);
  }

  @Test
  void a_thread_that_was_interrupted_can_still_write() throws IOException {
    Thread.currentThread().interrupt();
    mark.acknowledge(5);
    mark.voted(1, "n1-1");
    assertThat(Thread.interrupted()).isTrue();
    mark.acknowledge(6);
    assertThat(found()).isEqualTo(new Promise(6, 1, "n1-1"));
  }

  @Test
  void no_symbolic_link_is_followed() throws IOException {
    mark.close();
    Path elsewhere = Files.move(directory.resolve("mark"), directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("mark"), elsewhere);
    assertThatThrownBy(this::found).hasMessageContaining("is a symbolic link");
  }
}
