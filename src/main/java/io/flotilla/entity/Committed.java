package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.wire.StoredMessage;
import java.util.List;

/**
 * The event of an entity: one batch of requests, decided together (group commit). Batches of
 * several gateways may be one entry of the log, with an event for each.
 *
 * @param at when the batch was decided
 * @param gateway that sent the batch; empty for what the entity decided by itself
 * @param batch its number at the gateway, which sends it again if it gets no answer, and then gets
 *     the {@code results} that are kept here
 * @param results one for each operation of the batch, null for those that only read
 * @param changes in the order of their indexes
 * @param requests ids of requests that must not be done twice
 * @param <C> a change of the state
 */
public record Committed<C extends Fact>(
    Moment at,
    String gateway,
    long batch,
    List<Result> results,
    List<C> changes,
    List<RequestRecord> requests)
    implements StoredMessage {

  /** Roughly what it takes in the log. */
  long bytes() {
    long sum = 256;
    for (C change : changes) {
      sum += change.bytes();
    }
    for (Result result : results) {
      sum += result == null ? 1 : result.bytes();
    }
    for (RequestRecord request : requests) {
      sum += request.bytes();
    }
    return sum;
  }
}
