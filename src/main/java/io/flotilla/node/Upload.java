package io.flotilla.node;

import akka.http.javadsl.model.StatusCodes;
import akka.stream.IOResult;
import akka.stream.StreamLimitReachedException;
import akka.stream.javadsl.FileIO;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.flotilla.http.ApiError;
import io.flotilla.journal.OverloadException;
import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Bytes that a client sends, stored in a file of the node before anything is done with them: one
 * upload at a time, within the room that the disk has.
 */
final class Upload {
  /** What is left of the disk is at least as much again: the log needs it more. */
  private static final int ROOM = 2;

  /** After which a client that sends nothing makes way for others. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path file;
  private final LongSupplier freeBytes;
  private final Function<Path, CompletionStage<Long>> then;
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * @param file that exists only meanwhile
   * @param freeBytes what is left of the disk
   * @param then what is done with it once it is complete
   */
  Upload(Path file, LongSupplier freeBytes, Function<Path, CompletionStage<Long>> then) {
    this.file = file;
    this.freeBytes = freeBytes;
    this.then = then;
  }

  /** Takes one upload, and gives what came of it. */
  Sink<ByteString, CompletionStage<Long>> sink() {
    if (!busy.compareAndSet(false, true)) {
      throw new OverloadException("this node is taking another upload already");
    }
    try {
      open();
      return into(freeBytes.getAsLong() / ROOM).mapMaterializedValue(this::stored);
    } catch (IOException e) {
      busy.set(false);
      throw new UncheckedIOException(e);
    }
  }

  private void open() throws IOException {
    Files.deleteIfExists(file); // of a node that was killed
    OwnerOnly.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
  }

  private Sink<ByteString, CompletionStage<IOResult>> into(long room) {
    return Flow.of(ByteString.class)
        .idleTimeout(PATIENCE)
        .limitWeighted(room, bytes -> (long) bytes.size())
        .toMat(FileIO.toPath(file, Set.of(StandardOpenOption.WRITE)), Keep.right());
  }

  private CompletionStage<Long> stored(CompletionStage<IOResult> written) {
    return written
        .exceptionally(
            failure -> {
              throw explained(failure);
            })
        .thenCompose(done -> then.apply(file))
        .whenComplete((done, failure) -> forget());
  }

  /** The stream's own failure says only that there was one. */
  private static RuntimeException explained(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof ApiError)) {
      cause = cause.getCause();
    }
    if (cause instanceof StreamLimitReachedException) {
      return new OverloadException("the node's disk has no room for that much");
    } else if (cause instanceof TimeoutException) {
      return new ApiError(
          StatusCodes.REQUEST_TIMEOUT,
          "body-incomplete",
          "Nothing came for " + PATIENCE.toSeconds() + " s; nothing was changed.");
    }
    return cause instanceof ApiError refusal ? refusal : new CompletionException(cause);
  }

  private void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      busy.set(false);
    }
  }
}
