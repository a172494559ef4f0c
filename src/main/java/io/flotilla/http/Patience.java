package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Says when nobody has the patience any more to wait for an answer that is delayed on purpose. What
 * waits for a change is then answered as things are, and a stream of events ends.
 */
final class Patience {
  /** Why it is over. */
  enum End {
    /** The client has closed its side; it may still read what comes. */
    CLIENT_LEFT,

    /**
     * Others of the client's requests stand behind this one: so many that its connection is not
     * read any more and nobody would notice it leave, or one that has to wait for this one.
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
