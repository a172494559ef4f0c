package io.flotilla.lab.check;

import io.flotilla.lab.check.Linearizability.Model;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Just-in-time linearization (Lowe, "Testing for linearizability", 2017), which makes Wing and
 * Gong's search ("Testing and verifying concurrent objects", 1993) usable on long histories. Calls
 * and answers are gone through in the order of time. An operation takes effect as late as possible:
 * right before its answer, or right before the answer of another whose answer it explains. After
 * each answer all ways are known in which everything so far can be explained; a way found twice is
 * kept once. This takes time in proportion to the length of the history; it is exponential only in
 * how many operations are under way at once.
 *
 * <p>Operations that are never answered stay under way for ever, so more is needed for them:
 *
 * <ul>
 *   <li>A way is dropped if another has the same state and has used fewer of them: all that may
 *       follow the one may follow the other.
 *   <li>Of equal ones, the earliest is used first.
 *   <li>One that was used in every way is forgotten.
 * </ul>
 *
 * <p>What only looks takes effect as soon as it sees what it answered: waiting has no advantage.
 */
final class JustInTime<S, O> {
  /** Beyond this the history can't be judged. Reached with about fifteen writes under way. */
  private static final int MOST_WAYS = 1 << 18;

  private static final int NONE = -1;

  /**
   * A way to explain all answers so far.
   *
   * @param done slots of operations that will be answered and have taken effect
   * @param used slots of operations that won't be answered and have taken effect
   */
  private record Way<S>(S state, BitSet done, BitSet used) {
    Way<S> doing(int slot, S next) {
      return new Way<>(next, with(done, slot), used);
    }

    Way<S> using(int slot, S next) {
      return new Way<>(next, done, with(used, slot));
    }

    Way<S> answered(int slot) {
      BitSet without = (BitSet) done.clone();
      without.clear(slot);
      return new Way<>(state, without, used);
    }

    private static BitSet with(BitSet set, int slot) {
      BitSet larger = (BitSet) set.clone();
      larger.set(slot);
      return larger;
    }
  }

  /** Ways of which none has used more than another that is otherwise equal. */
  private static final class Ways<S> {
    private record Key<S>(S state, BitSet done) {}

    private final Map<Key<S>, List<Way<S>>> least = new HashMap<>();

    /** Whether it says something new. */
    boolean add(Way<S> way) {
      List<Way<S>> alike =
          least.computeIfAbsent(new Key<>(way.state(), way.done()), k -> new ArrayList<>(1));
      for (Way<S> other : alike) {
        if (isWithin(other.used(), way.used())) {
          return false;
        }
      }
      alike.removeIf(other -> isWithin(way.used(), other.used()));
      alike.add(way);
      return true;
    }

    private static boolean isWithin(BitSet part, BitSet whole) {
      for (int i = part.nextSetBit(0); i >= 0; i = part.nextSetBit(i + 1)) {
        if (!whole.get(i)) {
          return false;
        }
      }
      return true;
    }

    List<Way<S>> all() {
      return least.values().stream().flatMap(Collection::stream).toList();
    }
  }

  private record Moment(long time, boolean isAnswer, int op) {}

  private final Model<S, O> model;
  private final List<Invocation<O>> history;

  /** What is under way, by slot: indexes into the history, or {@link #NONE}. */
  private final List<Integer> toBeAnswered = new ArrayList<>();

  private final List<Integer> neverAnswered = new ArrayList<>();

  /** By index into the history: the slot, or {@link #NONE}. */
  private final int[] slots;

  /** By index into the history: the latest equal operation before it that isn't answered either. */
  private final int[] twins;

  private final Map<O, Integer> latestTwin = new HashMap<>();
  private List<Way<S>> ways;

  JustInTime(Model<S, O> model, List<Invocation<O>> history) {
    this.model = model;
    this.history = history;
    this.slots = new int[history.size()];
    this.twins = new int[history.size()];
    Arrays.fill(slots, NONE);
    this.ways = List.of(new Way<>(model.initial(), new BitSet(), new BitSet()));
  }

  /** The first operation, in the order of answers, whose answer no order explains. */
  OptionalInt firstUnexplained() {
    for (Moment moment : moments()) {
      if (!moment.isAnswer()) {
        call(moment.op());
      } else {
        ways = answer(moment.op());
        if (ways.isEmpty()) {
          return OptionalInt.of(moment.op());
        }
        forgetWhatIsUsedInAll();
      }
    }
    return OptionalInt.empty();
  }

  /** An answer and a call at the same time count as concurrent. */
  private List<Moment> moments() {
    Stream.Builder<Moment> all = Stream.builder();
    for (int i = 0; i < history.size(); i++) {
      Invocation<O> op = history.get(i);
      all.add(new Moment(op.called(), false, i));
      if (!op.isPending()) {
        all.add(new Moment(op.answered(), true, i));
      }
    }
    return all.build()
        .sorted(Comparator.comparingLong(Moment::time).thenComparing(Moment::isAnswer))
        .toList();
  }

  private void call(int op) {
    Invocation<O> invocation = history.get(op);
    if (!invocation.isPending()) {
      slots[op] = place(op, toBeAnswered);
    } else if (!model.onlyLooks(invocation.what(), false)) {
      Integer twin = latestTwin.put(invocation.what(), op);
      twins[op] = twin == null ? NONE : twin;
      slots[op] = place(op, neverAnswered);
    }
  }

  private static int place(int op, List<Integer> where) {
    int free = where.indexOf(NONE);
    if (free == NONE) {
      where.add(op);
      return where.size() - 1;
    }
    where.set(free, op);
    return free;
  }

  /** The ways in which this answer can be explained as well. */
  private List<Way<S>> answer(int op) {
    int slot = slots[op];
    Ways<S> explained = new Ways<>();
    Ways<S> seen = new Ways<>();
    Deque<Way<S>> open = new ArrayDeque<>(); // first in, first out: what has used less comes first
    ways.forEach(way -> consider(way, seen, open));
    for (int considered = 0; !open.isEmpty(); considered++) {
      if (considered > MOST_WAYS) {
        throw new IllegalStateException(
            "too many operations are under way at once to judge this history, at "
                + history.get(op));
      }
      Way<S> way = open.poll();
      if (way.done().get(slot)) {
        explained.add(way.answered(slot));
        continue;
      }
      apply(way, op, true).ifPresent(s -> explained.add(look(way.doing(slot, s)).answered(slot)));
      letOthersTakeEffect(way, op, seen, open);
    }
    toBeAnswered.set(slot, NONE);
    return explained.all();
  }

  private void letOthersTakeEffect(Way<S> way, int op, Ways<S> seen, Deque<Way<S>> open) {
    for (int i = 0; i < toBeAnswered.size(); i++) {
      int other = toBeAnswered.get(i);
      if (other != NONE && other != op && !way.done().get(i)) {
        int slot = i;
        apply(way, other, true).ifPresent(s -> consider(way.doing(slot, s), seen, open));
      }
    }
    for (int i = 0; i < neverAnswered.size(); i++) {
      int other = neverAnswered.get(i);
      if (other != NONE && !way.used().get(i) && isTurnOf(other, way)) {
        int slot = i;
        apply(way, other, false)
            .filter(s -> !s.equals(way.state())) // else it is as well unused
            .ifPresent(s -> consider(way.using(slot, s), seen, open));
      }
    }
  }

  private boolean isTurnOf(int op, Way<S> way) {
    int twin = twins[op];
    return twin == NONE || slots[twin] == NONE || way.used().get(slots[twin]);
  }

  private void consider(Way<S> way, Ways<S> seen, Deque<Way<S>> open) {
    Way<S> looked = look(way);
    if (seen.add(looked)) {
      open.add(looked);
    }
  }

  private Optional<S> apply(Way<S> way, int op, boolean answered) {
    return model.apply(way.state(), history.get(op).what(), answered);
  }

  /** With all that only look and see here what they answered. */
  private Way<S> look(Way<S> way) {
    BitSet done = null;
    for (int i = 0; i < toBeAnswered.size(); i++) {
      int op = toBeAnswered.get(i);
      if (op != NONE
          && !way.done().get(i)
          && model.onlyLooks(history.get(op).what(), true)
          && apply(way, op, true).isPresent()) {
        done = done == null ? (BitSet) way.done().clone() : done;
        done.set(i);
      }
    }
    return done == null ? way : new Way<>(way.state(), done, way.used());
  }

  private void forgetWhatIsUsedInAll() {
    BitSet inAll = (BitSet) ways.get(0).used().clone();
    ways.forEach(way -> inAll.and(way.used()));
    if (!inAll.isEmpty()) {
      inAll.stream().forEach(this::forget);
      ways = ways.stream().map(way -> without(way, inAll)).toList();
    }
  }

  private void forget(int slot) {
    slots[neverAnswered.get(slot)] = NONE;
    neverAnswered.set(slot, NONE);
  }

  private static <S> Way<S> without(Way<S> way, BitSet forgotten) {
    BitSet used = (BitSet) way.used().clone();
    used.andNot(forgotten);
    return new Way<>(way.state(), way.done(), used);
  }
}
