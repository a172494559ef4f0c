package io.flotilla.lab.lesson;

import io.flotilla.lab.LoadBalancing;
import io.flotilla.lab.LoadBalancing.Assigned;
import io.flotilla.lab.LoadBalancing.Changed;
import io.flotilla.lab.LoadBalancing.Finished;
import io.flotilla.lab.LoadBalancing.Msg;
import io.flotilla.lab.LoadBalancing.Request;
import io.flotilla.lab.LoadBalancing.Servers;
import io.flotilla.lab.LoadBalancing.Shares;
import io.flotilla.lab.LoadBalancingMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import io.flotilla.registry.balance.Policy;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Requests shared out to servers, by the product's own balancer. */
final class LoadLessons {
  private LoadLessons() {}

  private static final List<String> THREE = List.of("s1", "s2", "s3");

  private static Scenario<Msg> servers(Policy policy) {
    return Scenario.<Msg>of(
            List.of("balancer", "s1", "s2", "s3", "s4"), host -> LoadBalancing.create(host, policy))
        .with(Timing.bounded(1, 5))
        .with(Faults.parse("reorder"))
        .crashable(List.of())
        .ask("balancer", new Servers(THREE));
  }

  /** Every third request is long: taken in turn, all the long ones meet on one server. */
  private static Scenario<Msg> scenario(Policy policy) {
    Scenario<Msg> scenario = servers(policy);
    for (int i = 0; i < 9; i++) {
      Request request = new Request("r" + i, "user" + i % 4, i % 3 == 0 ? 200 : 10);
      scenario = scenario.askAt(20L * i, "balancer", request);
    }
    return scenario;
  }

  /**
   * @param total how many requests each server has had
   * @param where the server of each request under way
   * @param behind a request that went to a busy server while another was idle
   * @param wrong a request that went to a server with more under way than another had
   */
  private record Load(
      SortedMap<String, Integer> total,
      SortedMap<String, String> where,
      String behind,
      String wrong) {
    static final Load EMPTY = new Load(new TreeMap<>(), new TreeMap<>(), "", "");

    Load after(SimEvent e) {
      if (e.payload() instanceof Changed c) {
        SortedMap<String, Integer> none = new TreeMap<>();
        c.servers().forEach(s -> none.put(s, 0));
        return new Load(none, where, behind, wrong);
      }
      if (e.payload() instanceof Finished f) {
        return new Load(total, Folds.minus(where, f.id()), behind, wrong);
      }
      return e.payload() instanceof Assigned a ? assigned(a) : this;
    }

    private Load assigned(Assigned a) {
      int own = busy(a.server());
      int least = total.keySet().stream().mapToInt(this::busy).min().orElse(0);
      String text = a.id() + " went to " + a.server() + " with " + own + " under way";
      return new Load(
          Folds.plus(total, a.server(), total.getOrDefault(a.server(), 0) + 1),
          Folds.plus(where, a.id(), a.server()),
          own > 0 && least == 0 ? text : behind,
          own > least ? text + ", another had " + least : wrong);
    }

    private int busy(String server) {
      return Collections.frequency(where.values(), server);
    }

    Optional<String> uneven() {
      return total.isEmpty()
              || Collections.max(total.values()) <= Collections.min(total.values()) + 1
          ? Optional.empty()
          : Optional.of("requests so far " + total);
    }
  }

  private static final SortedSet<String> NONE = new TreeSet<>();

  /** The requests that have no answer yet. */
  private static SortedSet<String> open(SortedSet<String> before, SimEvent e) {
    if (e.kind() == SimEvent.Kind.STIMULUS && e.payload() instanceof Request r) {
      return Folds.plus(before, r.id());
    }
    return e.payload() instanceof Finished f ? Folds.minus(before, f.id()) : before;
  }

  private static Property<SortedSet<String>> answers() {
    return Property.atEnd(
        "every request is answered",
        NONE,
        LoadLessons::open,
        open -> Verdicts.none("unanswered", open));
  }

  static Lesson<Msg> roundRobin() {
    String even = "no server is two requests ahead of another";
    return Lesson.of(
            "round-robin",
            "Round robin: in turn, whatever the servers are doing",
            "RFC 1794",
            scenario(Policy.ROUND_ROBIN),
            answers(),
            Property.always(even, Load.EMPTY, Load::after, Load::uneven),
            Property.sometimes(
                "a request goes to a busy server while another is idle",
                Load.EMPTY,
                Load::after,
                l -> Verdicts.unlessEmpty(l.behind())))
        .tolerating("reorder")
        .mutant(
            "starts-anew",
            "each request begins with the first server",
            LoadBalancingMutants::startsAnew,
            even)
        .mutant(
            "throws-dice", "each request draws its server", LoadBalancingMutants::throwsDice, even);
  }

  static Lesson<Msg> leastConnections() {
    String least = "a request goes to a server with the fewest under way";
    return Lesson.of(
            "least-connections",
            "Least connections: to the server with the fewest requests under way",
            "nginx, least_conn",
            scenario(Policy.LEAST_CONNECTIONS),
            answers(),
            Property.always(least, Load.EMPTY, Load::after, l -> Verdicts.unlessEmpty(l.wrong())),
            Property.sometimes(
                "short requests make up for a long one", Load.EMPTY, Load::after, l -> l.uneven()))
        .tolerating("reorder")
        .mutant(
            "releases-at-once",
            "a request no longer counts once it is sent on (the lecture's example)",
            LoadBalancingMutants::releasesAtOnce,
            least)
        .mutant(
            "never-releases",
            "an answered request still counts",
            LoadBalancingMutants::neverReleases,
            least);
  }

  /**
   * @param place the server of each key
   * @param servers those there are now
   * @param moved a key that changed servers without need
   * @param shares how many of the sample's keys each server gets
   */
  private record Keys(
      SortedMap<String, String> place,
      List<String> servers,
      List<String> before,
      String moved,
      SortedMap<String, Integer> shares) {
    static final Keys EMPTY = new Keys(new TreeMap<>(), List.of(), List.of(), "", new TreeMap<>());

    Keys after(SimEvent e) {
      if (e.payload() instanceof Changed c) {
        return new Keys(place, c.servers(), servers, moved, new TreeMap<>());
      }
      if (e.payload() instanceof Shares s) {
        return new Keys(place, servers, before, moved, new TreeMap<>(s.keys()));
      }
      if (e.payload() instanceof Assigned a) {
        String old = place.getOrDefault(a.key(), a.server());
        boolean needless =
            !old.equals(a.server()) && servers.contains(old) && before.contains(a.server());
        String text = a.key() + " moved from " + old + " to " + a.server();
        return new Keys(
            Folds.plus(place, a.key(), a.server()),
            servers,
            before,
            needless ? text : moved,
            shares);
      }
      return this;
    }

    int sampled() {
      return shares.values().stream().mapToInt(n -> n).sum();
    }

    Optional<String> crowded() {
      return shares.values().stream()
              .allMatch(n -> 2 * n * servers.size() <= 3 * LoadBalancing.SAMPLE)
          ? Optional.empty()
          : Optional.of("of " + LoadBalancing.SAMPLE + " keys " + shares);
    }
  }

  private static Scenario<Msg> users(Scenario<Msg> scenario, long at, String round) {
    Scenario<Msg> more = scenario;
    for (String user : List.of("ana", "beto", "carla")) {
      more = more.askAt(at, "balancer", new Request(user + round, user, 300));
    }
    return more;
  }

  static Lesson<Msg> consistentHash() {
    String stays = "a key moves only to a new server, or away from one that is gone";
    String fair = "no server has more than one and a half times its share of the keys";
    Scenario<Msg> scenario = servers(Policy.CONSISTENT_HASH);
    scenario = users(scenario, 10, "a");
    scenario = scenario.askAt(50, "balancer", new Servers(List.of("s1", "s2", "s3", "s4")));
    scenario = users(scenario, 60, "b");
    scenario = scenario.askAt(100, "balancer", new Servers(List.of("s1", "s3", "s4")));
    scenario = users(scenario, 110, "c");
    return Lesson.of(
            "consistent-hash",
            "Consistent hashing: a new server takes keys and moves none between others",
            "Karger et al. 1997",
            scenario,
            answers(),
            Property.atEnd(
                "every key of the sample has a server",
                Keys.EMPTY,
                Keys::after,
                k ->
                    k.sampled() == LoadBalancing.SAMPLE
                        ? Optional.empty()
                        : Optional.of(k.sampled() + " of " + LoadBalancing.SAMPLE)),
            Property.always(stays, Keys.EMPTY, Keys::after, k -> Verdicts.unlessEmpty(k.moved())),
            Property.always(fair, Keys.EMPTY, Keys::after, Keys::crowded),
            Property.sometimes("a fourth server", Changed.class, c -> c.servers().size() == 4))
        .tolerating("reorder")
        .exploring(users(servers(Policy.CONSISTENT_HASH), 10, "a"))
        .mutant("modulo", "hash(key) % servers", LoadBalancingMutants::modulo, stays)
        .mutant(
            "three-points",
            "three points per server (the lecture's), so shares are a matter of luck",
            LoadBalancingMutants::threePoints,
            fair);
  }
}
