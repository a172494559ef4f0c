package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a batch. Reads are kept as questions on an immutable view and evaluated when the
 * answer is sent, which need not be on the actor's thread. Large answers leave in several messages,
 * each small enough for a frame of Akka's remoting.
 */
record Answer(long number, long incarnation, List<Part> parts) {
  /** Bytes of one message; Artery's frames are configured for four times as much. */
  static final int MESSAGE_BYTES = 512 * 1024;

  /** Bytes of the answer to one operation; a longer list is refused. */
  static final long LIST_BYTES = 64L << 20;

  sealed interface Part {
    Result result();
  }

  record Decided(Result result) implements Part {}

  record Question(EntityState<?, ?> state, Operation.Read read) implements Part {
    @Override
    public Result result() {
      return state.query(read);
    }
  }

  /** Whether evaluating it may take long enough to be done elsewhere than on the actor's thread. */
  boolean isLong() {
    return parts.stream().anyMatch(p -> p instanceof Question q && !q.read().quick());
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
    private int part;

    Sender(ActorRef<Gateway.FromEntity> to, int attempt) {
      this.to = to;
      this.attempt = attempt;
    }

    void send() {
      for (int op = 0; op < parts.size(); op++) {
        Result result = parts.get(op).result();
        if (result instanceof Result.Many<?> list && list.items().size() > 1) {
          addList(op, list);
        } else {
          add(op, result, result.bytes());
        }
      }
      flush(true);
    }

    private <E> void addList(int op, Result.Many<E> list) {
      if (list.bytes() > LIST_BYTES) {
        add(op, tooLarge(), 256);
        return;
      }
      List<E> run = new ArrayList<>();
      long runBytes = 0;
      for (E item : list.items()) {
        run.add(item);
        runBytes += list.bytes(item);
        if (runBytes > MESSAGE_BYTES) {
          add(op, list.of(run), runBytes);
          run = new ArrayList<>();
          runBytes = 0;
        }
      }
      if (!run.isEmpty()) {
        add(op, list.of(run), runBytes);
      }
    }

    private void add(int op, Result result, long size) {
      pieces.add(new Gateway.Piece(op, result));
      bytes += size;
      if (bytes > MESSAGE_BYTES) {
        flush(false);
      }
    }

    private void flush(boolean last) {
      to.tell(new Gateway.Answered(number, incarnation, attempt, part++, pieces, last));
      pieces = new ArrayList<>();
      bytes = 0;
    }
  }

  private static Result tooLarge() {
    return new Result.Refused(
        "answer-too-large", "The answer has more than 64 MiB: ask for a longer prefix.");
  }
}
