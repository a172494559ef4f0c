package io.flotilla.registry.balance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The instances of one service and what every policy remembers of them. */
final class Pool {
  private static final Comparator<PoolMember> IN_TURN = Comparator.comparingLong(m -> m.lastPick);
  private static final Comparator<PoolMember> BY_LOAD =
      Comparator.comparingDouble(PoolMember::load).thenComparing(IN_TURN);

  private final RandomGenerator random;
  private Upstream upstream;

  /** By endpoint; also those that left the table with requests under way. */
  private final Map<String, PoolMember> members = new LinkedHashMap<>();

  /** The instances of the table. */
  private List<PoolMember> current = List.of();

  /** Null until somebody asks for it. */
  private Ring ring;

  private long picks;

  Pool(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param policy null: the table's
   * @param not endpoints that were tried for this request
   * @return null if there is none
   */
  synchronized PoolMember pick(
      Upstream latest, Policy policy, String key, Set<String> not, long now) {
    refresh(latest);
    List<PoolMember> untried =
        current.stream().filter(m -> !not.contains(m.instance.endpoint())).toList();
    List<PoolMember> willing = untried.stream().filter(m -> !m.isEjected(now)).toList();
    // All refused at some time: any of them is a better guess than none.
    List<PoolMember> candidates = willing.isEmpty() ? untried : willing;
    if (candidates.isEmpty()) {
      return null;
    }
    PoolMember picked = choose(policy == null ? latest.policy() : policy, candidates, key);
    picked.lastPick = ++picks;
    picked.inFlight++;
    return picked;
  }

  private PoolMember choose(Policy policy, List<PoolMember> candidates, String key) {
    return switch (policy) {
      // Whose turn was longest ago: in turn also when some come, go or are left out.
      case ROUND_ROBIN -> candidates.stream().min(IN_TURN).orElseThrow();
      case LEAST_CONNECTIONS -> candidates.stream().min(BY_LOAD).orElseThrow();
      case CONSISTENT_HASH -> onRing(candidates, key);
      case WEIGHTED -> smoothly(candidates);
      case RANDOM_TWO -> betterOfTwo(candidates);
    };
  }

  private PoolMember onRing(List<PoolMember> candidates, String key) {
    if (ring == null) {
      ring = new Ring(current.stream().map(m -> m.instance).toList());
    }
    return current.get(ring.find(key, i -> candidates.contains(current.get(i))));
  }

  private static PoolMember smoothly(List<PoolMember> candidates) {
    long total = 0;
    PoolMember best = null;
    for (PoolMember m : candidates) {
      m.credit += m.instance.weight();
      total += m.instance.weight();
      if (best == null || m.credit > best.credit) {
        best = m;
      }
    }
    best.credit -= total;
    return best;
  }

  private PoolMember betterOfTwo(List<PoolMember> candidates) {
    int first = random.nextInt(candidates.size());
    if (candidates.size() == 1) {
      return candidates.get(first);
    }
    int second = (first + 1 + random.nextInt(candidates.size() - 1)) % candidates.size();
    PoolMember a = candidates.get(first);
    PoolMember b = candidates.get(second);
    return b.load() < a.load() ? b : a;
  }

  synchronized void done(PoolMember member) {
    member.inFlight--;
  }

  synchronized Duration eject(PoolMember member, long now) {
    return member.eject(now);
  }

  synchronized void readmit(PoolMember member) {
    member.readmit();
  }

  synchronized List<Balancer.Load> loads(long now) {
    return current.stream()
        .map(m -> new Balancer.Load(m.instance, m.inFlight, m.isEjected(now)))
        .toList();
  }

  private void refresh(Upstream latest) {
    if (latest == upstream) {
      return;
    }
    boolean same = upstream != null && upstream.instances().equals(latest.instances());
    upstream = latest;
    if (same) {
      return;
    }
    Map<String, PoolMember> before = Map.copyOf(members);
    members.clear();
    for (Instance instance : latest.instances()) {
      PoolMember member = before.getOrDefault(instance.endpoint(), new PoolMember(instance));
      member.instance = instance;
      members.put(instance.endpoint(), member);
    }
    current = new ArrayList<>(members.values());
    before.forEach((endpoint, member) -> keepIfBusy(endpoint, member));
    ring = null;
  }

  /** Should it come back, the requests under way still count, its refusals don't. */
  private void keepIfBusy(String endpoint, PoolMember member) {
    if (member.inFlight > 0 && members.putIfAbsent(endpoint, member) == null) {
      member.readmit();
      member.credit = 0;
    }
  }
}
