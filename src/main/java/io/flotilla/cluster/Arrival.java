package io.flotilla.cluster;

import io.flotilla.cluster.Step.Enter;
import io.flotilla.cluster.Step.Found;
import io.flotilla.cluster.Step.Leave;
import io.flotilla.cluster.Step.Rest;
import io.flotilla.cluster.Step.Sit;
import io.flotilla.cluster.Step.Through;
import io.flotilla.cluster.Step.Wait;
import java.util.Optional;
import java.util.stream.Collectors;

/** How far this node has come in joining the cluster. Thread-safe. */
public final class Arrival {
  private volatile Step step = new Enter();

  void set(Step next) {
    step = next;
  }

  /** {@return what it still lacks, as a sentence's part; empty if it is in} */
  public Optional<String> missing() {
    Step s = step;
    if (s instanceof Rest) {
      return Optional.empty();
    }
    return Optional.of("this node has not joined the cluster yet: " + reason(s));
  }

  private static String reason(Step step) {
    if (step instanceof Wait wait) {
      return wait.why();
    }
    if (step instanceof Through other) {
      return "it joins through "
          + other.seats().stream().map(seat -> seat.who().node()).collect(Collectors.joining(", "));
    }
    if (step instanceof Leave leave) {
      return leave.why();
    }
    if (step instanceof Found) {
      return "it founds it";
    }
    return step instanceof Sit ? "it tells the others that it is in" : "it asks for its seat";
  }
}
