package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a batch. Reads are kept as questions on an immutable view and evaluated when the
 * answer is sent, which need not be on the actor's thread. However much was asked, what leaves at a
 * time is bounded: a long list is answered by its first page, and once the answer is full, the
 * remaining reads have to be asked again. It leaves in messages small enough for a frame of Akka's
 * remoting.
 */
record Answer(long number, long incarnation, List<Part> parts, Views views, Way way) {
  /** Bytes of one message; Artery's frames are configured for four times as much. */
  static final int MESSAGE_BYTES = 512 * 1024;

  /** Bytes of a page of a list; one item may exceed it. */
  static final int PAGE_BYTES = 256 * 1024;

  /** Bytes after which an answer is full. */
  static final int FULL_BYTES = 1 << 20;

  /** The way to a gateway. */
  @FunctionalInterface
  interface Way {
    /**
     * @param bytes about the size
     */
    void send(ActorRef<Gateway.FromEntity> to, Gateway.Answered answered, long bytes);
  }

  sealed interface Part {
    Result result();

    /** Whether it may as well be asked again. */
    default boolean isRead() {
      return true;
    }
  }

  record Decided(Result result) implements Part {
    @Override
    public boolean isRead() {
      return false;
    }
  }

  record Question<S>(S state, Operation.Read<S, ?> read) implements Part {
    @Override
    public Result result() {
      return read.on(state);
    }
  }

  record NextPage(Views views, Operation.More more) implements Part {
    @Override
    public Result result() {
      return views.page(more, PAGE_BYTES);
    }
  }

  /** Whether evaluating it may take long enough to be done elsewhere than on the actor's thread. */
  boolean isLong() {
    return parts.stream().anyMatch(p -> p instanceof Question<?> q && !q.read().quick());
  }

  void send(ActorRef<Gateway.FromEntity> to, int attempt) {
    new Sender(to, attempt).send();
  }

  /** Fills messages up to {@link #MESSAGE_BYTES}. */
  private final class Sender {
    private final ActorRef<Gateway.FromEntity> to;
    private final int attempt;
    private List<Gateway.Piece> pieces = new ArrayList<>();
    private long bytes;
    private long allBytes;
    private int part;

    Sender(ActorRef<Gateway.FromEntity> to, int attempt) {
      this.to = to;
      this.attempt = attempt;
    }

    void send() {
      for (int op = 0; op < parts.size(); op++) {
        add(op, next(parts.get(op)));
      }
      flush(true);
    }

    /**
     * A decided write can't be asked again, so it is answered even then; with a list's empty
     * beginning, if it answers a list.
     */
    private Result next(Part asked) {
      boolean full = allBytes >= FULL_BYTES;
      if (full && asked.isRead()) {
        return new Result.Later();
      }
      Result result = asked.result();
      if (!(result instanceof Result.Many<?> list)) {
        return result;
      }
      Result begun = views.begin(list, full ? 0 : PAGE_BYTES);
      return begun instanceof Result.Refused && !asked.isRead() ? unknown() : begun;
    }

    private void add(int op, Result result) {
      long size = result.bytes();
      pieces.add(new Gateway.Piece(op, result));
      bytes += size;
      allBytes += size;
      if (bytes > MESSAGE_BYTES) {
        flush(false);
      }
    }

    private void flush(boolean last) {
      way.send(to, new Gateway.Answered(number, incarnation, attempt, part++, pieces, last), bytes);
      pieces = new ArrayList<>();
      bytes = 0;
    }
  }

  private static Result unknown() {
    return new Result.Refused(
        "outcome-unknown",
        "The transaction was decided, but its long answer can't be kept now: read what is there.");
  }
}
