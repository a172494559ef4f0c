package io.flotilla.node;

import static io.flotilla.TestPatience.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.flotilla.async.Futures;
import io.flotilla.http.ApiError;
import io.flotilla.journal.OverloadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final long FREE = 100;

  @TempDir private Path directory;
  private String taken;
  private CompletionStage<Long> result = CompletableFuture.completedFuture(7L);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private Path file() {
    return directory.resolve("upload.tmp");
  }

  private Upload upload() {
    return new Upload(
        file(),
        () -> FREE,
        stored -> {
          try {
            taken = Files.readString(stored);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored)))
                .isEqualTo("rw-------");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return result;
        });
  }

  private static long send(Upload upload, Source<ByteString, ?> bytes) throws Throwable {
    try {
      return bytes
          .runWith(upload.sink(), KIT.system())
          .toCompletableFuture()
          .get(MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw Futures.unwrap(e);
    }
  }

  private static Source<ByteString, ?> bytes(int pieces) {
    return Source.range(1, pieces).map(i -> ByteString.fromString("0123456789"));
  }

  @Test
  void what_was_sent_is_in_the_file_which_then_is_gone() throws Throwable {
    Files.writeString(file(), "left by a node that was killed");
    assertThat(send(upload(), bytes(2))).isEqualTo(7);
    assertThat(taken).isEqualTo("01234567890123456789");
    assertThat(file()).doesNotExist();
  }

  @Test
  void half_of_what_is_free_is_the_most() throws Throwable {
    assertThat(send(upload(), bytes(5))).isEqualTo(7);
    taken = null;
    assertThatThrownBy(() -> send(upload(), bytes(6)))
        .isInstanceOf(OverloadException.class)
        .hasMessageContaining("no room for that much");
    assertThat(taken).isNull();
    assertThat(file()).doesNotExist();
  }

  @Test
  void one_that_ends_early_says_why_and_the_next_is_taken() throws Throwable {
    Upload upload = upload();
    ApiError early = new ApiError(StatusCodes.BAD_REQUEST, "body-incomplete", "It ended early.");
    Source<ByteString, ?> cut = bytes(1).concat(Source.failed(early));
    assertThatThrownBy(() -> send(upload, cut)).isSameAs(early);
    assertThat(taken).isNull();
    assertThat(send(upload, bytes(1))).isEqualTo(7);
  }

  @Test
  void there_is_one_at_a_time_also_while_it_is_used() throws Throwable {
    CompletableFuture<Long> using = new CompletableFuture<>();
    result = using;
    Upload upload = upload();
    CompletionStage<Long> first = bytes(1).runWith(upload.sink(), KIT.system());
    assertThatThrownBy(upload::sink).isInstanceOf(OverloadException.class);
    using.complete(1L);
    assertThat(first.toCompletableFuture().get(MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(1);
    assertThat(List.of(send(upload, bytes(1)))).containsExactly(1L);
  }
}
