package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.List;

/**
 * What an entity stores: one batch of requests, decided together and stored as one entry of the log
 * (group commit).
 *
 * @param <C> a change of the state
 */
public interface Event<C> {
  /** When the batch was decided. */
  Moment at();

  /** The gateway that sent the batch; empty for what the entity decided by itself. */
  String gateway();

  /** The batch's number at the gateway, which sends it again if it gets no answer. */
  long batch();

  /** One for each operation of the batch, null for those that only read. */
  List<Result> results();

  /** In the order of their indexes. */
  List<C> changes();

  /** Ids of requests that must not be done twice. */
  List<RequestRecord> requests();

  /** Roughly what it takes in the log besides its changes. */
  default long answerBytes() {
    long sum = 256;
    for (Result result : results()) {
      sum += result == null ? 1 : result.bytes();
    }
    for (RequestRecord request : requests()) {
      sum += request.bytes();
    }
    return sum;
  }
}
