package io.flotilla.client;

import java.net.URI;

/** Called when the client leaves an address that does not serve it for the next one. */
@FunctionalInterface
public interface FailoverListener {
  /**
   * Called on one of the client's threads; must not block.
   *
   * @param from the address that failed
   * @param to the address that is asked first from now on
   * @param reason what went wrong at {@code from}, for people
   */
  void movedOn(URI from, URI to, String reason);
}
