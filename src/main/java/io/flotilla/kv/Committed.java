package io.flotilla.kv;

import io.flotilla.entity.Event;
import io.flotilla.entity.Moment;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import java.util.List;

/**
 * The event of the key space.
 *
 * @param at when the batch was decided
 * @param gateway the gateway that sent the batch, and {@code batch} its number there: a gateway
 *     that got no answer sends the batch again, and gets the {@code results} that are kept here
 * @param results one for each operation of the batch, null for those that only read
 * @param changes in the order of their indexes
 * @param requests ids of requests that must not be done twice
 */
record Committed(
    Moment at,
    String gateway,
    long batch,
    List<Result> results,
    List<Change> changes,
    List<RequestRecord> requests)
    implements Stored, Event<Change> {}
