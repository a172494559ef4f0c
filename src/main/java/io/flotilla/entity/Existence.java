package io.flotilla.entity;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * Whether a namespace was ever written to, as the log tells it: then its entity is there, awake or
 * not. What was written once exists for good.
 */
public interface Existence {
  /** As far as this node has the log. Asked for every request, so it must be cheap. */
  boolean isKnown(String namespace);

  /**
   * Completes when this node has all of the log that was acknowledged before the call: what is
   * unknown then did not exist at the time of the call. Fails if that can't be told in time.
   */
  CompletionStage<Done> catchUp();
}
