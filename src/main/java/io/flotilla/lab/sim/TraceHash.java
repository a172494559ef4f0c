package io.flotilla.lab.sim;

import java.util.function.Consumer;

/** A hash of everything that happened in a run: runs with equal hashes are equal. */
public final class TraceHash implements Consumer<SimEvent> {
  private final Fingerprint hash = new Fingerprint();

  @Override
  public void accept(SimEvent e) {
    if (e.kind() == SimEvent.Kind.STATE) {
      return;
    }
    hash.add(e.step()).add(e.time()).add(e.kind().ordinal()).add(e.message());
    hash.add(e.node()).add(e.peer()).add(e.text());
    if (e.clock() != null) {
      for (int i = 0; i < e.clock().size(); i++) {
        hash.add(e.clock().get(i));
      }
    }
  }

  public Fingerprint.Value value() {
    return hash.value();
  }
}
