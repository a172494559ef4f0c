package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Tells when to stop delaying an answer. Requests that wait for a change are then answered with the
 * current state, and streams of events end.
 */
final class Patience {
  /** Why it is over. */
  enum End {
    /** The client has closed its side; it may still read. */
    CLIENT_LEFT,

    /**
     * More of the client's requests are queued behind this one: either so many that its connection
     * is no longer read and a disconnect would go unnoticed, or one that must wait for this one.
     */
    OTHERS_BEHIND,

    NODE_ENDS
  }

  private Patience() {}

  /** Completes when it is over. */
  static CompletableFuture<End> over(HttpRequest request) {
    return Client.of(request).patience();
  }
}
