package io.flotilla.lab.check;

import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.Simulation.End;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Breadth-first exploration of every choice. A state is reached by repeating the choices that lead
 * to it, so no actor needs to be copied. Two lists of choices that lead to the same fingerprint
 * (see {@code World.fingerprint}) are explored once.
 *
 * <p>Why this is sound: behaviors are deterministic, so a node's state is a function of its own
 * history of inputs, and the fingerprint contains that history, all messages in flight and every
 * property's state. What follows a state therefore depends on its fingerprint alone, barring a
 * collision of 128-bit hashes.
 */
public final class Explorer {
  private Explorer() {}

  /**
   * @param states the number of distinct states reached
   * @param runs the number of runs this took
   * @param depth the length of the longest list of choices
   * @param complete whether no further state exists
   * @param violation the shortest run that breaks a property
   */
  public record Explored(
      int states,
      long runs,
      int depth,
      boolean complete,
      Optional<Runner.Outcome> violation,
      SortedSet<String> seen) {}

  /** How far an exploration has got. */
  public record Progress(int states, int waiting, int depth) {}

  private record Node(Node before, Choice choice, int depth, List<Choice> next) {
    List<Choice> path() {
      List<Choice> path = new ArrayList<>(depth);
      for (Node n = this; n.before != null; n = n.before) {
        path.add(n.choice);
      }
      Collections.reverse(path);
      return path;
    }
  }

  /**
   * @param seed feeds the nodes' own dice, the same in all runs
   * @param mostStates where to give up; the result is then incomplete
   */
  public static Explored explore(
      Runner<?> runner, long seed, int mostStates, int mostDepth, Consumer<Progress> progress) {
    Set<Fingerprint.Value> known = new HashSet<>();
    SortedSet<String> seen = new TreeSet<>();
    Deque<Node> waiting = new ArrayDeque<>();
    boolean complete = true;
    long runs = 1;
    int depth = 0;
    Runner.Outcome start = reach(runner, seed, List.of());
    seen.addAll(start.seen());
    known.add(start.state());
    if (start.violation().isPresent()) {
      return new Explored(1, runs, 0, false, Optional.of(start), seen);
    }
    waiting.add(new Node(null, null, 0, choices(start)));
    while (!waiting.isEmpty()) {
      Node node = waiting.poll();
      List<Choice> path = node.path();
      for (Choice choice : node.next()) {
        List<Choice> longer = new ArrayList<>(path);
        longer.add(choice);
        Runner.Outcome outcome = reach(runner, seed, longer);
        runs++;
        seen.addAll(outcome.seen());
        if (!known.add(outcome.state())) {
          continue;
        }
        depth = Math.max(depth, longer.size());
        if (outcome.violation().isPresent()) {
          return new Explored(known.size(), runs, depth, false, Optional.of(outcome), seen);
        }
        if (known.size() >= mostStates) {
          return new Explored(known.size(), runs, depth, false, Optional.empty(), seen);
        }
        if (longer.size() < mostDepth) {
          waiting.add(new Node(node, choice, longer.size(), choices(outcome)));
        } else {
          complete &= choices(outcome).isEmpty();
        }
      }
      progress.accept(new Progress(known.size(), waiting.size(), node.depth()));
    }
    return new Explored(known.size(), runs, depth, complete, Optional.empty(), seen);
  }

  private static Runner.Outcome reach(Runner<?> runner, long seed, List<Choice> path) {
    return runner.run(seed, Chooser.exactly(path, options -> Optional.empty()));
  }

  private static List<Choice> choices(Runner.Outcome outcome) {
    if (outcome.end() == End.LIMIT || outcome.end() == End.FAILED) {
      return List.of();
    }
    List<Choice> all = new ArrayList<>(outcome.options().normal());
    all.addAll(outcome.options().faults());
    return all;
  }
}
