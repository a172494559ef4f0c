package io.flotilla.lab.lesson;

import io.flotilla.lab.Block;
import io.flotilla.lab.LightNode;
import io.flotilla.lab.LightNode.Believed;
import io.flotilla.lab.LightNode.Refused;
import io.flotilla.lab.LightNodeMutants;
import io.flotilla.lab.ProofOfWork;
import io.flotilla.lab.ProofOfWork.Follows;
import io.flotilla.lab.ProofOfWork.Msg;
import io.flotilla.lab.ProofOfWork.Pay;
import io.flotilla.lab.ProofOfWorkMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Ledgers without a leader. */
final class ChainLessons {
  private ChainLessons() {}

  /** So many of the last blocks may differ between two nodes at any moment. */
  private static final int OPEN_END = 2;

  /**
   * @param chains what each node follows
   * @param shorter a node that gave a chain up for one that isn't longer
   * @param bad what is wrong with a chain
   * @param undone a payment in the last block of a node's chain that was then undone
   */
  private record Ledgers(
      SortedMap<String, List<Block>> chains, String shorter, String bad, String undone) {
    static final Ledgers EMPTY = new Ledgers(new TreeMap<>(), "", "", "");

    Ledgers after(SimEvent e) {
      if (!(e.payload() instanceof Follows f)) {
        return this;
      }
      List<Block> before = chains.getOrDefault(e.node(), List.of());
      String change = e.node() + " had " + before.size() + " blocks and has " + f.blocks().size();
      return new Ledgers(
          Folds.plus(chains, e.node(), f.blocks()),
          f.blocks().size() > before.size() ? shorter : change,
          wrongIn(f.blocks()).orElse(bad),
          lost(before, f.blocks()).map(p -> "'" + p + "' is undone at " + e.node()).orElse(undone));
    }

    private static Optional<String> wrongIn(List<Block> chain) {
      Set<String> coins = new HashSet<>();
      for (int i = 0; i < chain.size(); i++) {
        Block block = chain.get(i);
        if (!block.isWorked() || i > 0 && !block.previous().equals(chain.get(i - 1).hash())) {
          return Optional.of("block " + i + " doesn't fit: " + block);
        }
        if (!block.coin().isEmpty() && !coins.add(block.coin())) {
          return Optional.of("the " + block.coin() + " is spent twice: " + chain);
        }
      }
      return Optional.empty();
    }

    /** A payment that had one confirmation, and whose coin now pays somebody else. */
    private static Optional<String> lost(List<Block> before, List<Block> now) {
      if (before.isEmpty()) {
        return Optional.empty();
      }
      Block last = before.get(before.size() - 1);
      return now.stream()
          .filter(b -> !last.coin().isEmpty() && b.coin().equals(last.coin()))
          .filter(b -> !b.payment().equals(last.payment()))
          .findFirst()
          .map(b -> last.payment());
    }

    Optional<String> parted() {
      for (List<Block> a : chains.values()) {
        for (List<Block> b : chains.values()) {
          int settled = Math.min(a.size(), b.size()) - OPEN_END;
          if (settled > 0 && !a.subList(0, settled).equals(b.subList(0, settled))) {
            return Optional.of("chains differ more than " + OPEN_END + " blocks deep");
          }
        }
      }
      return Optional.empty();
    }
  }

  private static final BiFunction<Ledgers, SimEvent, Ledgers> LEDGERS = Ledgers::after;

  static Lesson<Msg> proofOfWork() {
    String same = "in the end all have the same chain but for its last 2 blocks";
    String longer = "a chain is given up only for a longer one";
    String valid = "every chain fits, and spends no coin twice";
    Scenario<Msg> base =
        Scenario.of(List.of("A", "B", "C"), ProofOfWork::create)
            .with(Timing.bounded(1, 60).thenAtMost(10));
    Scenario<Msg> scenario =
        base.with(Faults.parse("drop=3,dup=3,crash=1,cut=1,oneway=1,pause=1,slow=1,reorder"))
            .steps(1_500)
            .calmFrom(1_000, 2_000)
            .askAt(50, "A", new Pay("coin to shop"))
            .askAt(50, "C", new Pay("coin to myself"));
    return Lesson.of(
            "proof-of-work",
            "Proof of work: forks, the longest chain, and a payment undone",
            "Nakamoto 2008",
            scenario,
            Property.always(longer, Ledgers.EMPTY, LEDGERS, l -> Verdicts.unlessEmpty(l.shorter())),
            Property.always(valid, Ledgers.EMPTY, LEDGERS, l -> Verdicts.unlessEmpty(l.bad())),
            Property.atEnd(same, Ledgers.EMPTY, LEDGERS, Ledgers::parted),
            Property.sometimes(
                    "a payment with one confirmation is undone, and its coin spent again",
                    Ledgers.EMPTY,
                    LEDGERS,
                    l -> Verdicts.unlessEmpty(l.undone()))
                .inAtLeast(5))
        .tolerating("drop,dup,crash,cut,pause,oneway,slow,reorder")
        .exploring(Scenario.of(List.of("A", "B", "C"), ProofOfWork::create).timers(3))
        .showing(
            Scenario.of(List.of("A", "C"), ProofOfWork::create)
                .with(Timing.bounded(1, 60))
                .until(700, 700)
                .ask("A", new Pay("coin to shop"))
                .ask("C", new Pay("coin to myself")))
        .mutant(
            "first-seen-stays",
            "of two chains each node keeps the one that it had first",
            ProofOfWorkMutants::firstSeenStays,
            same)
        .mutant(
            "last-seen-wins",
            "whatever chain comes is followed",
            ProofOfWorkMutants::lastSeenWins,
            longer)
        .mutant(
            "looks-at-the-last-block",
            "a coin may be spent again if it isn't in the last block",
            ProofOfWorkMutants::looksAtTheLastBlock,
            valid);
  }

  /**
   * @param wrong a payment that the light node believes in, and that wasn't made
   */
  private record Belief(boolean believes, String wrong) {
    static final Belief NONE = new Belief(false, "");

    Belief after(SimEvent e) {
      if (e.payload() instanceof Believed b) {
        boolean made = LightNode.BLOCK.contains(b.payment());
        return new Belief(true, made ? wrong : "believes " + b.from() + ": " + b.payment());
      }
      return this;
    }
  }

  static Lesson<LightNode.Msg> lightNode() {
    String right = "the light node believes only in payments that were made";
    return Lesson.of(
            "light-node",
            "Light node: a payment shown by a Merkle proof, and a liar",
            "Merkle 1987, Nakamoto 2008",
            Scenario.of(List.of("light", "full", "liar"), LightNode::create)
                .with(Timing.bounded(1, 60).thenAtMost(10))
                .with(Faults.parse("drop=4,dup=3,cut=1,crash=1,slow=1,reorder"))
                .crashable(List.of("full", "liar"))
                .calmFrom(300, 600)
                .ask("light", new LightNode.Check("Dan pays Eve")),
            Property.always(
                right, Belief.NONE, Belief::after, b -> Verdicts.unlessEmpty(b.wrong())),
            Property.atEnd(
                "a payment that was made is believed in the end",
                Belief.NONE,
                Belief::after,
                b -> b.believes() ? Optional.empty() : Optional.of("nothing is believed")),
            Property.sometimes("a made-up proof is refused", Refused.class, r -> true)
                .inAtLeast(50))
        .tolerating("drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder")
        .exploring(
            Scenario.of(List.of("light", "full", "liar"), LightNode::create)
                .timers(1)
                .ask("light", new LightNode.Check("Dan pays Eve")))
        .mutant(
            "believes-the-answer",
            "the light node doesn't climb the proof",
            LightNodeMutants::believesTheAnswer,
            right)
        .mutant(
            "no-tags", "leaves and inner nodes are hashed alike", LightNodeMutants::noTags, right);
  }
}
