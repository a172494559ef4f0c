package io.flotilla.entity;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * What an entity needs from the log beyond storing events: proof that it is still the only writer.
 * Each recovery of a persistent actor claims its id with a higher epoch than all before; an append
 * under an older epoch is refused.
 */
public interface ReadBarrier {
  /** The epoch under which this node last claimed the id. */
  long epoch(String persistenceId);

  /**
   * Succeeds if, at some moment after this call, no later epoch had been claimed: then what the
   * actor knew at the time of the call was all that was ever acknowledged. Fails with {@link
   * Superseded} if another incarnation has taken over, and with anything else if that can't be
   * known now.
   */
  CompletionStage<Done> confirm(String persistenceId, long epoch);

  /**
   * Whether the log, as far as this node has it, has a backup in place of all that was claimed with
   * this epoch, and that waits for the next incarnation. Cheap.
   */
  default boolean isReplaced(String persistenceId, long epoch) {
    return false;
  }

  /** What may be stored. */
  Quota quota();

  /** Where the entity's checkpoints go. */
  Checkpoints checkpoints();

  /** Another incarnation has claimed the id. */
  final class Superseded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Superseded(String persistenceId, Throwable cause) {
      super(persistenceId + " is written by another incarnation now", cause);
    }
  }
}
