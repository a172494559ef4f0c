package io.flotilla.kv;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the sessions of the namespaces that live on this node, and those that ended there. */
public final class SessionMetrics {
  private final LongAdder live = new LongAdder();
  private final Map<Change.Reason, Counter> ended = new EnumMap<>(Change.Reason.class);

  public SessionMetrics(MeterRegistry registry) {
    Gauge.builder("flotilla_sessions", live, LongAdder::sum)
        .description("Sessions in the namespaces that live on this node")
        .strongReference(true)
        .register(registry);
    for (Change.Reason reason : Change.Reason.values()) {
      ended.put(
          reason,
          Counter.builder("flotilla_sessions_ended")
              .description("Sessions that ended while their namespace lived on this node")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  /** The sessions of one namespace, as long as it lives here. Not thread-safe. */
  final class Of {
    private int sessions;

    void are(int now) {
      live.add(now - sessions);
      sessions = now;
    }

    void ended(Change.Reason reason) {
      ended.get(reason).increment();
    }
  }
}
