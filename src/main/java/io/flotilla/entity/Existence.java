package io.flotilla.entity;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * Whether a namespace was ever written to, according to the log: then its entity exists, running or
 * not. What was written once exists for good.
 */
public interface Existence {
  /**
   * Judged by as much of the log as this node has. Asked for every request, so it must be cheap.
   */
  boolean isKnown(String namespace);

  /**
   * Completes when this node has all of the log that was acknowledged before the call: what is
   * unknown then did not exist at the time of the call. Fails if that isn't known in time.
   */
  CompletionStage<Done> catchUp();

  /** Another namespace needs some. */
  Quota.Room room();
}
