package io.flotilla.lab.lesson;

import io.flotilla.lab.check.*;
import io.flotilla.lab.sim.*;
import java.util.*;

public final class Probe0 {
  public static void main(String[] a) {
    int n = Integer.parseInt(a[0]);
    boolean explore = a.length > 1 && a[1].equals("explore");
    try (Simulation sim = new Simulation()) {
      for (Lesson<?> l : Catalog.lessons()) {
        if (a.length > 2 && !l.name().startsWith(a[2])) continue;
        one(sim, l, n, explore);
      }
    }
  }

  static <M> void one(Simulation sim, Lesson<M> l, int n, boolean explore) {
    long t = System.nanoTime();
    if (explore) {
      Explorer.Explored x = Explorer.explore(l.explorer(sim, Optional.empty()), 1, n, 60, p -> {});
      System.out.printf(
          "%s explore states %d runs %d depth %d complete %s seen %s violation %s %.1fs%n",
          l.name(),
          x.states(),
          x.runs(),
          x.depth(),
          x.complete(),
          x.seen(),
          x.violation().map(o -> o.violation() + " " + o.choices()),
          (System.nanoTime() - t) / 1e9);
      return;
    }
    Search.Found f = Search.seeds(l.runner(sim), 1, n);
    System.out.printf(
        "%s correct: %d runs %d steps %.1fs seen %s fail %s%n",
        l.name(),
        f.runs(),
        f.steps(),
        (System.nanoTime() - t) / 1e9,
        f.seen(),
        f.failing()
            .map(
                x ->
                    x.seed()
                        + " "
                        + x.outcome().violation()
                        + " "
                        + Shrinker.shrink(l.runner(sim), x.seed(), x.outcome()).choices()));
    for (Lesson.Mutant<M> m : l.mutants()) {
      t = System.nanoTime();
      Runner<M> r = l.runner(sim, m);
      Search.Found g = Search.seeds(r, 1, 20 * n);
      if (g.failing().isEmpty()) {
        System.out.println("   " + m.name() + " NOT CAUGHT " + g.runs());
        continue;
      }
      Search.Failing x = g.failing().get();
      Runner.Outcome s = Shrinker.shrink(r, x.seed(), x.outcome());
      System.out.printf(
          "   %s seed %d (%d) -> %d %s %s (want %s) %.1fs%n",
          m.name(),
          x.seed(),
          x.outcome().steps(),
          s.steps(),
          s.choices(),
          s.violation().get(),
          m.breaks(),
          (System.nanoTime() - t) / 1e9);
    }
  }
}
