package io.flotilla.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines in a thread of its own, as many together as have come meanwhile. Whoever wants to
 * write one takes a place first, so no more wait than there are places; while the file can't be
 * written, there are none.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int PLACES = 10_000;
  private static final int TOGETHER = 1_000;
  private static final byte[] END = {};

  /**
   * @param kept how many full files there may be beside the one that is written
   */
  public record Settings(Path file, long maxBytes, int kept) {}

  private record Line(byte[] bytes, CompletableFuture<Void> written) {}

  private final AuditFile file;
  private final Semaphore places = new Semaphore(PLACES);
  private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(PLACES + 1);
  private final Thread writer = new Thread(this::write, "audit-log");

  /** Whether the last lines could not be written. */
  private volatile boolean broken;

  private AuditLog(AuditFile file) {
    this.file = file;
  }

  public static AuditLog open(Settings settings) throws IOException {
    AuditLog log =
        new AuditLog(new AuditFile(settings.file(), settings.maxBytes(), settings.kept()));
    log.writer.setDaemon(true);
    log.writer.start();
    return log;
  }

  /** Whether there is one; then {@link #write} has to follow. */
  public boolean takePlace() {
    return !broken && places.tryAcquire();
  }

  /**
   * Completes when the line is in the file, which outlives this process, though not a machine that
   * loses power.
   */
  public CompletionStage<Void> write(byte[] line) {
    Line one = new Line(line, new CompletableFuture<>());
    waiting.add(one);
    return one.written().whenComplete((done, failure) -> places.release());
  }

  private void write() {
    List<Line> lines = new ArrayList<>();
    try {
      while (true) {
        Line first = waiting.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          lines.add(first);
          waiting.drainTo(lines, TOGETHER);
        }
        if (first != null || broken) { // nobody writes until it can be written again
          write(lines);
        }
        if (lines.stream().anyMatch(line -> line.bytes() == END)) {
          return;
        }
        lines.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Line> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.stream().filter(line -> line.bytes() != END).forEach(line -> append(all, line));
    Consumer<Line> done;
    try {
      file.write(ByteBuffer.wrap(all.toByteArray()));
      broken = false;
      done = line -> line.written().complete(null);
    } catch (IOException e) {
      LOG.error("The audit log can't be written: {}", e.toString());
      broken = true;
      done = line -> line.written().completeExceptionally(e);
    }
    lines.forEach(done);
  }

  private static void append(ByteArrayOutputStream all, Line line) {
    all.writeBytes(line.bytes());
    all.write('\n');
  }

  /** Writes what is waiting. */
  @Override
  public void close() throws IOException {
    waiting.add(new Line(END, new CompletableFuture<>()));
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
