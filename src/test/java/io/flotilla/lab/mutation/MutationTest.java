package io.flotilla.lab.mutation;

import static java.util.Collections.disjoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.mutation.Judge.Caught;
import io.flotilla.lab.mutation.Scores.Page;
import io.flotilla.lab.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How good the lessons are at noticing a mistake: every line of every algorithm is made wrong, and
 * a run of the lesson must break by one of its first 300 seeds. {@code mutants.tsv} keeps for each
 * wrong line a seed that catches it, so that only that run is repeated here; or, after "=", why the
 * line isn't wrong.
 */
class MutationTest {
  private static final String HOW =
      "Look for the seeds again, which also writes the table in docs/lab, with mvn test"
          + " -Dtest=MutationTest -Dtest.jvm=-Dmutation.write=NAME where NAME is the lesson's, or"
          + " 'all' (minutes). For a line that escapes, make the lesson harder, or say after '= '"
          + " in mutants.tsv why it makes no difference.";

  /** The lessons whose seeds are looked for again, or "all". */
  private static final List<String> WRITE =
      List.of(System.getProperty("mutation.write", "").split(","));

  /** A build repeats every third of the runs that catch something; all with -Dmutation.all=true. */
  private static final int SAMPLE = Boolean.getBoolean("mutation.all") ? 1 : 3;

  private record Work(Suspect suspect, Rewrite rewrite) {}

  private static List<Suspect> suspects;
  private static List<Work> works;
  private static Map<String, String> pinned;

  @BeforeAll
  static void look() throws IOException {
    try (Simulation simulation = new Simulation();
        Compiler compiler = new Compiler()) {
      suspects = Suspect.all(simulation);
      works = new ArrayList<>();
      suspects.forEach(s -> s.rewrites(compiler).forEach(r -> works.add(new Work(s, r))));
    }
    pinned = Scores.read();
    if (!WRITE.equals(List.of(""))) {
      lookAgain();
    }
  }

  @AfterAll
  static void forget() {
    suspects = null;
    works = null;
    pinned = null;
  }

  private static void lookAgain() throws IOException {
    List<Work> some =
        works.stream()
            .filter(w -> WRITE.contains("all") || !disjoint(WRITE, w.suspect().lessons()))
            .toList();
    assertThat(some).as("wrong lines of %s", WRITE).isNotEmpty();
    Map<String, String> found =
        judgeAll(
            some,
            (judge, w) -> {
              Optional<ClassLoader> loader = judge.load(w.rewrite());
              if (loader.isEmpty()) {
                return Scores.NO_JAVA;
              }
              String before = pinned.getOrDefault(w.rewrite().id(), Scores.ESCAPES);
              if (isCaught(before) && judge.confirms(loader.get(), Caught.parse(before))) {
                return before;
              }
              String otherwise = before.startsWith(Scores.SAME) ? before : Scores.ESCAPES;
              return judge.hunt(loader.get(), w.suspect()).map(Caught::toString).orElse(otherwise);
            });
    pinned.putAll(found);
    pinned.keySet().retainAll(ids());
    Scores.write(pinned);
    for (Page page : Page.values()) {
      page.rewrite(Scores.table(suspects, pinned));
    }
  }

  private static Set<String> ids() {
    Set<String> ids = new HashSet<>();
    works.forEach(w -> ids.add(w.rewrite().id()));
    return ids;
  }

  @Test
  void every_wrong_line_has_a_result() {
    Set<String> without = ids();
    without.removeAll(pinned.keySet());
    assertThat(without).as("no score pinned yet. %s", HOW).isEmpty();
    Set<String> gone = new HashSet<>(pinned.keySet());
    gone.removeAll(ids());
    assertThat(gone).as("results of lines that are no more. %s", HOW).isEmpty();
  }

  /** Each is caught again by the seed that is kept. */
  @Test
  void every_wrong_line_is_caught() throws IOException {
    List<Work> all =
        works.stream()
            .filter(w -> isCaught(pinned.getOrDefault(w.rewrite().id(), Scores.ESCAPES)))
            .toList();
    List<Work> caught =
        IntStream.range(0, all.size()).filter(i -> i % SAMPLE == 0).mapToObj(all::get).toList();
    Map<String, String> results =
        judgeAll(
            caught,
            (judge, w) -> {
              Caught known = Caught.parse(pinned.get(w.rewrite().id()));
              return judge.load(w.rewrite()).filter(l -> judge.confirms(l, known)).isPresent()
                  ? ""
                  : "not as " + known;
            });
    assertThat(results).hasSize(caught.size());
    results.values().removeIf(String::isEmpty);
    assertThat(results).as("wrong lines that their seed no longer catches. %s", HOW).isEmpty();
  }

  private static boolean isCaught(String result) {
    return !result.equals(Scores.ESCAPES)
        && !result.equals(Scores.NO_JAVA)
        && !result.startsWith(Scores.SAME);
  }

  @Test
  void the_table_says_so() throws IOException {
    for (Page page : Page.values()) {
      assertThat(page.table()).as(HOW).isEqualTo(Scores.table(suspects, pinned));
    }
  }

  private interface Step {
    String take(Judge judge, Work work);
  }

  /** As many threads as there are processors, each with tools of its own. */
  private static Map<String, String> judgeAll(List<Work> all, Step step) {
    Queue<Work> queue = new ConcurrentLinkedQueue<>(all);
    Map<String, String> results = new ConcurrentSkipListMap<>();
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Callable<Void> worker =
        () -> {
          try (Judge judge = new Judge()) {
            for (Work w = queue.poll(); w != null; w = queue.poll()) {
              results.put(w.rewrite().id(), step.take(judge, w));
            }
          }
          return null;
        };
    try {
      for (Future<Void> end : pool.invokeAll(java.util.Collections.nCopies(threads, worker))) {
        end.get();
      }
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
    return new TreeMap<>(results);
  }
}
