package io.flotilla.entity;

import akka.Done;
import io.flotilla.wire.Parts;
import java.util.concurrent.CompletionStage;

/** Where entities put their checkpoints, from which a recovery begins. */
@FunctionalInterface
public interface Checkpoints {
  /**
   * Stores a state, beside the work of the entity that was in it. Events that it stores meanwhile
   * stay in the log; those up to the checkpoint are deleted once that is complete. Nothing of it
   * counts if it fails, for instance because another incarnation has claimed the id.
   *
   * @param epoch of the incarnation whose state it is
   * @param sequenceNr of the last event in it
   * @param state written on threads of the store's own
   */
  CompletionStage<Done> save(String persistenceId, long epoch, long sequenceNr, Parts state);
}
