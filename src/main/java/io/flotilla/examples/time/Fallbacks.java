package io.flotilla.examples.time;

import io.flotilla.client.FailoverListener;
import java.net.URI;
import java.util.function.Consumer;

/** Tells the user that another Flotilla server is asked, but not on and on while none answers. */
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
              "Flotilla server %s does not answer (%s): going on with %s",
              from.getAuthority(), reason, to.getAuthority()));
    }
  }
}
