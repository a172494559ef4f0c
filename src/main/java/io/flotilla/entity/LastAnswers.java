package io.flotilla.entity;

import io.flotilla.memory.Recent;
import java.util.Map;

/** What this incarnation answered last to each gateway, in case the answer is lost on its way. */
final class LastAnswers {
  /** {@code answer} is null while it is being found. */
  private record Last(long number, Answer answer) {}

  private final Map<String, Last> byGateway = new Recent<>(LastBatches.MAX);

  void clear() {
    byGateway.clear();
  }

  /** Whether the batch, or a later one of its gateway, has come here before. */
  boolean knows(EntityActor.Batch batch) {
    Last last = byGateway.get(batch.gateway());
    return last != null && batch.number() <= last.number();
  }

  /** Sends the answer of a known batch again, if it is the last and its answer has been found. */
  void repeat(EntityActor.Batch batch) {
    Last last = byGateway.get(batch.gateway());
    if (batch.number() == last.number() && last.answer() != null) {
      last.answer().send(batch.replyTo(), batch.attempt());
    }
  }

  void put(String gateway, Answer answer) {
    byGateway.put(gateway, new Last(answer.number(), answer));
  }

  /** The batch must not be decided a second time while its answer is being found. */
  void expect(EntityActor.Batch batch) {
    byGateway.put(batch.gateway(), new Last(batch.number(), null));
  }

  void found(String gateway, Answer answer) {
    byGateway.computeIfPresent(
        gateway,
        (g, last) -> last.number() == answer.number() ? new Last(last.number(), answer) : last);
  }

  /** No answer was found. */
  void expectNoMore(String gateway, long number) {
    Last last = byGateway.get(gateway);
    if (last != null && last.number() == number && last.answer() == null) {
      byGateway.remove(gateway);
    }
  }
}
