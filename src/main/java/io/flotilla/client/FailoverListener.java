package io.flotilla.client;

import java.net.URI;

/** Told when the client leaves an address that does not serve it for the next one. */
@FunctionalInterface
public interface FailoverListener {
  /**
   * Called on one of the client's threads; must not block.
   *
   * @param from the address that failed
   * @param to the address that is asked from now on
   * @param reason what was seen at {@code from}, in words
   */
  void movedOn(URI from, URI to, String reason);
}
