package io.flotilla.registry.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {
  private static final int KEYS = 100_000;

  private static Instance instance(int n, int weight) {
    return new Instance("node", "web-" + n, "10.0.0." + n, 8000 + n, weight);
  }

  private static List<Instance> instances(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> instance(n, 1)).toList();
  }

  /** Which instance each of the keys has. */
  private static List<Instance> placed(List<Instance> instances) {
    Ring ring = new Ring(instances);
    return IntStream.range(0, KEYS)
        .mapToObj(k -> instances.get(ring.find("key-" + k, i -> true)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9, 16, 31})
  void anAddedInstanceTakesItsShareAndMovesNoKeyBetweenOthers(int before) {
    Instance added = instance(200, 1);
    List<Instance> more = new ArrayList<>(instances(before));
    more.add(added);
    List<Instance> old = placed(instances(before));
    List<Instance> now = placed(more);
    int moved = 0;
    for (int k = 0; k < KEYS; k++) {
      if (!now.get(k).equals(old.get(k))) {
        assertThat(now.get(k)).isEqualTo(added);
        moved++;
      }
    }
    assertThat((double) moved / KEYS).isBetween(0.75 / more.size(), 1.25 / more.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8, 20})
  void onlyTheKeysOfARemovedInstanceMove(int before) {
    List<Instance> less = new ArrayList<>(instances(before));
    Instance removed = less.remove(before / 2);
    List<Instance> old = placed(instances(before));
    List<Instance> now = placed(less);
    for (int k = 0; k < KEYS; k++) {
      if (old.get(k).equals(removed)) {
        assertThat(now.get(k)).isNotEqualTo(removed);
      } else {
        assertThat(now.get(k)).isEqualTo(old.get(k));
      }
    }
  }

  @Test
  void keysOfAnInstanceThatMayNotBeUsedGoWhereTheyWouldWithoutIt() {
    List<Instance> all = instances(5);
    List<Instance> less = new ArrayList<>(all);
    less.remove(2);
    Ring whole = new Ring(all);
    Ring smaller = new Ring(less);
    for (int k = 0; k < 10_000; k++) {
      Instance skipped = all.get(whole.find("key-" + k, i -> i != 2));
      assertThat(skipped).isEqualTo(less.get(smaller.find("key-" + k, i -> true)));
    }
  }

  @Test
  void anInstanceHasKeysInProportionToItsWeight() {
    List<Instance> weighted = List.of(instance(1, 1), instance(2, 2), instance(3, 5));
    List<Instance> placed = placed(weighted);
    for (Instance i : weighted) {
      double share = (double) Collections.frequency(placed, i) / KEYS;
      assertThat(share).isBetween(0.8 * i.weight() / 8, 1.2 * i.weight() / 8);
    }
  }

  @Test
  void theOrderOfTheInstancesDoesNotMatter() {
    List<Instance> shuffled = new ArrayList<>(instances(10));
    Collections.shuffle(shuffled, new Random(7));
    assertThat(placed(shuffled)).isEqualTo(placed(instances(10)));
  }

  @Test
  void aHeavyInstanceCostsBoundedMemoryAndKeepsBeingFound() {
    List<Instance> one = List.of(instance(1, 65_535));
    assertThat(new Ring(one).find("key", i -> true)).isZero();
    assertThat(new Ring(one).find("key", i -> false)).isEqualTo(-1);
  }
}
