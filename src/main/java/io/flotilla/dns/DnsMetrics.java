package io.flotilla.dns;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Times answers by type and result: {@code flotilla_dns_queries_seconds}. */
final class DnsMetrics {
  /** Askers choose the type, and there would be no end of series. */
  private static final Set<Integer> TYPES =
      Set.of(
          Type.A, Type.AAAA, Type.SRV, Type.ANY, Type.SOA, Type.NS, Type.PTR, Type.CNAME, Type.TXT);

  private record Kind(String type, String result) {}

  private final MeterRegistry registry;
  private final Clock clock;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
  private final Counter truncated;
  private final Counter ignored;
  private final Counter dropped;

  DnsMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.clock = registry.config().clock();
    this.truncated = counter("flotilla_dns_truncated", "DNS answers that were not sent whole");
    this.ignored = counter("flotilla_dns_ignored", "Messages to the DNS port that get no answer");
    this.dropped = counter("flotilla_dns_dropped", "DNS answers that there was no room to send");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void ignored() {
    ignored.increment();
  }

  void dropped() {
    dropped.increment();
  }

  /** An answer is being made. */
  final class Timing {
    private final long start = clock.monotonicTime();

    /**
     * @param type that was asked for; 0 if nobody knows
     */
    void end(int type, Message answer) {
      if (answer.getHeader().getFlag(Flags.TC)) {
        truncated.increment();
      }
      timers
          .computeIfAbsent(
              new Kind(TYPES.contains(type) ? Type.string(type) : "other", result(answer)),
              this::timer)
          .record(Duration.ofNanos(clock.monotonicTime() - start));
    }

    private Timer timer(Kind kind) {
      return Timer.builder("flotilla_dns_queries")
          .description("DNS queries, and how long their answers took to make")
          .tag("type", kind.type())
          .tag("result", kind.result())
          .register(registry);
    }
  }

  Timing begin() {
    return new Timing();
  }

  private static String result(Message answer) {
    int rcode = answer.getRcode();
    return rcode == Rcode.NOERROR && answer.getHeader().getCount(Section.ANSWER) == 0
        ? "nodata"
        : Rcode.string(rcode).toLowerCase(Locale.ROOT);
  }
}
