package io.flotilla.entity;

import io.flotilla.entity.LastBatches.LastBatch;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.List;

/**
 * A part of a checkpoint: what every kind of entity remembers.
 *
 * @param logMillis the same in each part, see {@link EntityState}
 */
record EntityPart(long logMillis, List<LastBatch> batches, List<RequestRecord> requests) {}
