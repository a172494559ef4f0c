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
  private static final Comparator<Member> IN_TURN = Comparator.comparingLong(m -> m.lastPick);
  private static final Comparator<Member> BY_LOAD =
      Comparator.comparingDouble(Member::load).thenComparing(IN_TURN);

  private final RandomGenerator random;
  private Upstream upstream;

  /** By endpoint; also those that left the table with requests under way. */
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** The instances of the table. */
  private List<Member> current = List.of();

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
  synchronized Member pick(Upstream latest, Policy policy, String key, Set<String> not, long now) {
    refresh(latest);
    List<Member> untried =
        current.stream().filter(m -> !not.contains(m.instance.endpoint())).toList();
    List<Member> willing = untried.stream().filter(m -> !m.isEjected(now)).toList();
    // All refused at some time: any of them is a better guess than none.
    List<Member> candidates = willing.isEmpty() ? untried : willing;
    if (candidates.isEmpty()) {
      return null;
    }
    Member picked = choose(policy == null ? latest.policy() : policy, candidates, key);
    picked.lastPick = ++picks;
    picked.inFlight++;
    return picked;
  }

  private Member choose(Policy policy, List<Member> candidates, String key) {
    return switch (policy) {
      // Whose turn was longest ago: in turn also when some come, go or are left out.
      case ROUND_ROBIN -> candidates.stream().min(IN_TURN).orElseThrow();
      case LEAST_CONNECTIONS -> candidates.stream().min(BY_LOAD).orElseThrow();
      case CONSISTENT_HASH -> onRing(candidates, key);
      case WEIGHTED -> smoothly(candidates);
      case RANDOM_TWO -> betterOfTwo(candidates);
    };
  }

  private Member onRing(List<Member> candidates, String key) {
    if (ring == null) {
      ring = new Ring(current.stream().map(m -> m.instance).toList());
    }
    return current.get(ring.find(key, i -> candidates.contains(current.get(i))));
  }

  private static Member smoothly(List<Member> candidates) {
    long total = 0;
    Member best = null;
    for (Member m : candidates) {
      m.credit += m.instance.weight();
      total += m.instance.weight();
      if (best == null || m.credit > best.credit) {
        best = m;
      }
    }
    best.credit -= total;
    return best;
  }

  private Member betterOfTwo(List<Member> candidates) {
    int first = random.nextInt(candidates.size());
    if (candidates.size() == 1) {
      return candidates.get(first);
    }
    int second = (first + 1 + random.nextInt(candidates.size() - 1)) % candidates.size();
    Member a = candidates.get(first);
    Member b = candidates.get(second);
    return b.load() < a.load() ? b : a;
  }

  synchronized void done(Member member) {
    member.inFlight--;
  }

  synchronized Duration eject(Member member, long now) {
    return member.eject(now);
  }

  synchronized void readmit(Member member) {
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
    Map<String, Member> before = Map.copyOf(members);
    members.clear();
    for (Instance instance : latest.instances()) {
      Member member = before.getOrDefault(instance.endpoint(), new Member(instance));
      member.instance = instance;
      members.put(instance.endpoint(), member);
    }
    current = new ArrayList<>(members.values());
    before.forEach((endpoint, member) -> keepIfBusy(endpoint, member));
    ring = null;
  }

  /** Should it come back, the requests under way still count, its refusals don't. */
  private void keepIfBusy(String endpoint, Member member) {
    if (member.inFlight > 0 && members.putIfAbsent(endpoint, member) == null) {
      member.readmit();
      member.credit = 0;
    }
  }
}
