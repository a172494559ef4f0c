package io.flotilla.examples.time;

import io.flotilla.client.FailoverListener;
import java.net.URI;
import java.util.function.Consumer;

/** Reports each switch to another Flotilla server, but not over and over while none answers. */
final class Fallbacks implements FailoverListener {
  private final Consumer<String> remarks;
  private volatile boolean quiet;

  Fallbacks(Consumer<String> remarks) {
    this.remarks = remarks;
  }

  void quiet(boolean now) {
    quiet = now;
  }

  @Override
  public void movedOn(URI from, URI to, String reason) {
    if (!quiet) {
      remarks.accept(
          String.format(
              "Flotilla server %s does not answer (%s): continuing with %s",
              from.getAuthority(), reason, to.getAuthority()));
    }
  }
}
