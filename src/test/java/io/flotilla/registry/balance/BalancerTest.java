package io.flotilla.registry.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.registry.balance.Balancer.Picked;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTest {
  private static final Set<String> NONE = Set.of();

  private final List<String> ejected = new ArrayList<>();
  private long now = 17;
  private final Balancer balancer =
      new Balancer(
          (service, instance, time) -> ejected.add(instance.id() + " " + time.toSeconds()),
          () -> now,
          () -> new SplittableRandom(1));
  private long version;

  private void has(Instance... instances) {
    has(Policy.ROUND_ROBIN, instances);
  }

  private void has(Policy policy, Instance... instances) {
    Upstream web = new Upstream("default", "web", policy, HashKey.CLIENT, Arrays.asList(instances));
    assertThat(
            balancer.update(
                balancer.table().with(new Version(1, ++version), List.of(web), List.of())))
        .isTrue();
  }

  private static Instance instance(String id, int weight) {
    return new Instance("node", id, "10.0.0.1", id.hashCode() & 0x7fff, weight);
  }

  private Picked pick(Policy policy) {
    return balancer.pick("default", "web", policy, "key", NONE).orElseThrow();
  }

  /** Picks an instance and releases it at once. */
  private String once(Policy policy) {
    try (Picked picked = pick(policy)) {
      return picked.instance().id();
    }
  }

  private Map<String, Integer> count(Policy policy, int times) {
    Map<String, Integer> counts = new HashMap<>();
    IntStream.range(0, times).forEach(i -> counts.merge(once(policy), 1, Integer::sum));
    return counts;
  }

  private static int spread(Map<String, Integer> counts) {
    return counts.values().stream().max(Integer::compare).orElseThrow()
        - counts.values().stream().min(Integer::compare).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 100, 1_001})
  void roundRobinIsNeverTwoAhead(int times) {
    has(instance("a", 1), instance("b", 9), instance("c", 1));
    Map<String, Integer> counts = count(Policy.ROUND_ROBIN, times);
    assertThat(counts).hasSize(3);
    assertThat(spread(counts)).isLessThanOrEqualTo(1);
  }

  @Test
  void roundRobinOfManyThreadsIsNeverTwoAhead() throws InterruptedException {
    has(instance("a", 1), instance("b", 1), instance("c", 1));
    Map<String, Integer> counts = new HashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int t = 0; t < 8; t++) {
      threads.execute(
          () -> {
            Map<String, Integer> own = count(Policy.ROUND_ROBIN, 1_001);
            synchronized (counts) {
              own.forEach((id, n) -> counts.merge(id, n, Integer::sum));
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
    assertThat(counts.values().stream().mapToInt(n -> n).sum()).isEqualTo(8 * 1_001);
    assertThat(spread(counts)).isLessThanOrEqualTo(1);
  }

  @Test
  void roundRobinGoesOnInTurnWhenInstancesComeAndGo() {
    has(instance("a", 1), instance("b", 1), instance("c", 1));
    assertThat(once(Policy.ROUND_ROBIN)).isEqualTo("a");
    has(instance("b", 1), instance("c", 1), instance("d", 1));
    assertThat(List.of(once(null), once(null), once(null), once(null)))
        .containsExactly("b", "c", "d", "b");
  }

  @Test
  void leastConnectionsKeepsASlowInstanceAtItsShare() {
    has(instance("fast1", 1), instance("fast2", 1), instance("slow", 1));
    // A request comes every tick. The fast ones answer within 2 ticks, the slow one within 20.
    Map<Integer, List<Picked>> endAt = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (int tick = 0; tick < 10_000; tick++) {
      endAt.getOrDefault(tick, List.of()).forEach(Picked::close);
      Picked picked = pick(Policy.LEAST_CONNECTIONS);
      counts.merge(picked.instance().id(), 1, Integer::sum);
      int time = picked.instance().id().equals("slow") ? 20 : 2;
      endAt.computeIfAbsent(tick + time, t -> new ArrayList<>()).add(picked);
    }
    // It serves as many as it can, one at a time, not a third of all.
    assertThat(counts.get("slow")).isBetween(400, 1_000);
    assertThat(Math.abs(counts.get("fast1") - counts.get("fast2"))).isLessThan(100);
  }

  @Test
  void leastConnectionsRegardsWeights() {
    has(instance("small", 1), instance("large", 3));
    Map<String, Integer> underWay = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      underWay.merge(pick(Policy.LEAST_CONNECTIONS).instance().id(), 1, Integer::sum);
    }
    assertThat(underWay).isEqualTo(Map.of("small", 100, "large", 300));
  }

  @Test
  void weightedIsExactInEveryRoundAndSpreadOut() {
    has(instance("a", 5), instance("b", 1), instance("c", 1));
    for (int round = 0; round < 50; round++) {
      List<String> turn = IntStream.range(0, 7).mapToObj(i -> once(Policy.WEIGHTED)).toList();
      // As in nginx's own description.
      assertThat(turn).containsExactly("a", "a", "b", "a", "c", "a", "a");
    }
  }

  @Test
  void randomTwoNeverTakesTheBusiestOfThree() {
    has(instance("a", 1), instance("b", 1), instance("c", 1));
    Picked busy = pick(Policy.RANDOM_TWO);
    Map<String, Integer> counts = count(Policy.RANDOM_TWO, 3_000);
    assertThat(counts).hasSize(2).doesNotContainKey(busy.instance().id());
    busy.close();
    assertThat(count(Policy.RANDOM_TWO, 3_000).values())
        .hasSize(3)
        .allSatisfy(n -> assertThat(n).isBetween(850, 1_150));
  }

  @Test
  void consistentHashGivesAKeyTheSameInstanceOnEveryNode() {
    Balancer other = new Balancer((service, instance, time) -> {}, () -> 0);
    has(Policy.CONSISTENT_HASH, instance("a", 1), instance("b", 1), instance("c", 1));
    other.update(balancer.table());
    Set<Instance> used = new HashSet<>();
    for (int k = 0; k < 1_000; k++) {
      Instance here = balancer.pick("default", "web", "key-" + k).orElseThrow().instance();
      used.add(here);
      assertThat(other.pick("default", "web", "key-" + k).orElseThrow().instance()).isEqualTo(here);
    }
    assertThat(used).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void noPolicyTakesAnInstanceThatWasTriedOrIsEjected(Policy policy) {
    has(instance("a", 1), instance("b", 1), instance("c", 1));
    Picked first = pick(policy);
    first.refused();
    Instance out = first.instance();
    for (int i = 0; i < 50; i++) {
      Picked second = pick(policy);
      assertThat(second.instance()).isNotEqualTo(out);
      Set<String> tried = Set.of(out.endpoint(), second.instance().endpoint());
      Picked third = balancer.pick("default", "web", policy, "key", tried).orElseThrow();
      assertThat(tried).doesNotContain(third.instance().endpoint());
      second.close();
      third.close();
    }
  }

  @Test
  void anEjectedInstanceReturnsByItselfAndStaysAwayLongerEachTime() {
    has(instance("a", 1), instance("b", 1));
    for (int i = 0; i < 7; i++) {
      refuseNext("a");
      now += Duration.ofSeconds(31).toNanos();
    }
    assertThat(ejected).containsExactly("a 1", "a 2", "a 4", "a 8", "a 16", "a 30", "a 30");
    assertThat(count(null, 10)).isEqualTo(Map.of("a", 5, "b", 5));
  }

  @Test
  void anInstanceThatTookAConnectionIsEjectedForAShortTimeAgain() {
    has(instance("a", 1), instance("b", 1));
    refuseNext("a");
    now += Duration.ofSeconds(2).toNanos();
    refuseNext("a");
    now += Duration.ofSeconds(3).toNanos();
    Picked picked = pick(Policy.ROUND_ROBIN);
    while (!picked.instance().id().equals("a")) {
      picked = pick(Policy.ROUND_ROBIN);
    }
    picked.connected();
    picked.refused();
    assertThat(ejected).containsExactly("a 1", "a 2", "a 1");
  }

  @Test
  void manyRefusalsAtOnceAreOneEjection() {
    has(instance("a", 1));
    List<Picked> burst = IntStream.range(0, 20).mapToObj(i -> pick(null)).toList();
    burst.forEach(Picked::refused);
    assertThat(ejected).containsExactly("a 1");
  }

  @Test
  void ifAllAreEjectedAllAreUsed() {
    has(instance("a", 1), instance("b", 1));
    refuseNext("a");
    refuseNext("b");
    assertThat(count(Policy.ROUND_ROBIN, 10)).isEqualTo(Map.of("a", 5, "b", 5));
  }

  private void refuseNext(String id) {
    for (int i = 0; i < 3; i++) {
      Picked picked = pick(Policy.ROUND_ROBIN);
      if (picked.instance().id().equals(id)) {
        picked.refused();
        return;
      }
      picked.close();
    }
    throw new AssertionError(id + " is not picked");
  }

  @Test
  void requestsUnderWayCountAlsoAfterAnInstanceLeftAndCameBack() {
    has(instance("a", 1), instance("b", 1));
    Picked onA = pick(Policy.ROUND_ROBIN);
    assertThat(onA.instance().id()).isEqualTo("a");
    has(instance("b", 1));
    once(Policy.LEAST_CONNECTIONS);
    has(instance("a", 1), instance("b", 1));
    assertThat(once(Policy.LEAST_CONNECTIONS)).isEqualTo("b");
    assertThat(once(Policy.LEAST_CONNECTIONS)).isEqualTo("b");
    onA.close();
    onA.close();
    assertThat(once(Policy.LEAST_CONNECTIONS)).isEqualTo("a");
    assertThat(once(Policy.LEAST_CONNECTIONS)).isEqualTo("b");
  }

  @Test
  void anOlderTableIsNotTaken() {
    has(instance("a", 1));
    Table old = balancer.table();
    has(instance("b", 1));
    assertThat(balancer.update(old)).isFalse();
    assertThat(balancer.update(balancer.table())).isFalse();
    assertThat(once(null)).isEqualTo("b");
    assertThat(balancer.update(Table.empty().with(new Version(2, 1), List.of(), List.of())))
        .isTrue();
    assertThat(balancer.pick("default", "web", "key")).isEmpty();
  }

  @Test
  void aServiceIsUnknownOrEmpty() {
    has();
    assertThat(balancer.pick("default", "web", "")).isEmpty();
    assertThat(balancer.table().upstream("default", "web")).isPresent();
    assertThat(balancer.table().upstream("other", "web")).isEmpty();
    balancer.update(
        balancer
            .table()
            .with(new Version(9, 1), List.of(), List.of(new Table.Name("default", "web"))));
    assertThat(balancer.table().upstream("default", "web")).isEmpty();
  }

  /** Whatever happens, a pick is in the table, and the counts stay right. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyHistoryKeepsItsPromises(long seed) {
    Random random = new Random(seed);
    List<Instance> all = IntStream.range(0, 8).mapToObj(i -> instance("i" + i, 1 + i % 3)).toList();
    Deque<Picked> open = new ArrayDeque<>();
    List<Instance> current = all;
    has(all.toArray(Instance[]::new));
    for (int step = 0; step < 5_000; step++) {
      now += random.nextInt(500_000_000);
      Policy policy = Policy.values()[random.nextInt(Policy.values().length)];
      switch (random.nextInt(10)) {
        case 0 -> {
          current = all.stream().filter(i -> random.nextInt(4) > 0).toList();
          has(current.toArray(Instance[]::new));
        }
        case 1, 2, 3 -> {
          if (!open.isEmpty()) {
            open.removeFirst().close();
          }
        }
        case 4 -> {
          if (!open.isEmpty()) {
            open.removeLast().refused();
          }
        }
        default -> {
          var picked = balancer.pick("default", "web", policy, "key-" + step, NONE);
          assertThat(picked.isPresent()).isEqualTo(!current.isEmpty());
          picked.ifPresent(open::add);
          if (picked.isPresent()) {
            assertThat(current).contains(picked.get().instance());
          }
        }
      }
    }
    open.forEach(Picked::close);
    now += Duration.ofMinutes(1).toNanos();
    has(all.toArray(Instance[]::new));
    // Nothing is under way: with equal loads it takes turns.
    assertThat(count(Policy.LEAST_CONNECTIONS, 80).values()).hasSize(8).allMatch(n -> n == 10);
  }

  @Test
  void policiesAndKeysAreReadAsTheyAreWritten() {
    for (Policy policy : Policy.values()) {
      assertThat(Policy.of(policy.text())).isEqualTo(policy);
    }
    for (String key : List.of("client", "header:X-User", "query:user", "path:2")) {
      assertThat(HashKey.of(key).text()).isEqualTo(key);
    }
    assertThatThrownBy(() -> Policy.of("fastest")).hasMessageContaining("round-robin, least");
    for (String bad : List.of("", "client:x", "header:", "path:0", "path:x", "cookie:a")) {
      assertThatThrownBy(() -> HashKey.of(bad)).hasMessageContaining("header:NAME");
    }
    Upstream misspelt =
        Upstream.of("default", "web", Map.of("flotilla-policy", "fastest"), List.of());
    assertThat(misspelt.policy()).isEqualTo(Policy.ROUND_ROBIN);
  }
}
