package io.flotilla.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command in the lab's pages runs, and does what the page says it does. */
class LabDocsTest {
  private static final Path DOCS = Path.of("docs/lab");
  private static final String PROGRAM = "./flotilla lab ";
  private static final String FIGURE = "```text";

  /** What each command printed: a run is the same however often it is made. */
  private static final Map<String, LabCommandTest.Ran> RUNS = new ConcurrentHashMap<>();

  private static LabCommandTest.Ran ran(String command) {
    return RUNS.computeIfAbsent(command, c -> LabCommandTest.run(c.split(" ")));
  }

  private static List<Path> pages() {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> commandsIn(Path page) {
    try {
      return Files.readAllLines(page).stream()
          .filter(line -> line.startsWith(PROGRAM))
          .map(line -> line.substring(PROGRAM.length()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SortedSet<String> commands() {
    return pages().stream()
        .flatMap(p -> commandsIn(p).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void each_command_runs(String command) {
    LabCommandTest.Ran ran = ran(command);
    // A mutant breaks a property, the right algorithm none.
    assertThat(ran.code()).as(ran.err()).isEqualTo(command.contains("--mutant") ? 1 : 0);
    assertThat(ran.out().contains("BROKEN")).isEqualTo(command.contains("--mutant"));
  }

  @Test
  void both_languages_show_the_same_runs() {
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      if (name.endsWith(".en.md")) {
        assertThat(commandsIn(page)).isNotEmpty();
        assertThat(commandsIn(page.resolveSibling(name.replace(".en.md", ".es.md"))))
            .isEqualTo(commandsIn(page));
      }
    }
  }

  @Test
  void every_algorithm_and_every_mutant_is_on_a_page() {
    String all = String.join("\n", commands());
    for (Lesson<?> lesson : Lessons.lessons()) {
      assertThat(all).contains("run " + lesson.name());
    }
  }

  @Test
  void the_runs_that_answer_the_lecture_show_what_the_page_says() {
    assertThat(shown("run vector --choices :A,:A,A:B,:B,B:C"))
        .containsSubsequence("[1, 0, 0]", "[2, 0, 0]", "[2, 1, 0]", "[2, 2, 0]", "[2, 2, 1]");
    assertThat(shown("run lamport --choices :A,:A,A:B,:B,B:C"))
        .containsSubsequence("act, 1", "send, 2", "receive, 3", "send, 4", "receive, 5");
    assertThat(shown("run replication-sync --choices :primary,primary:r1,:r1,:r2"))
        .containsSubsequence("r1 ★ Answered(transfer)", "r2 ★ Answered(null)");
    assertThat(
            shown(
                "run replication-async --choices"
                    + " :primary,drop=primary:r1,drop=primary:r2,crash=primary"))
        .contains("seen        sometimes  an acknowledged write that no live node has");
    assertThat(shown("run bully-partition --choices cut=C"))
        .contains("seen        sometimes  two live nodes each think they lead");
    assertThat(shown("run raft --mutant commits-old-terms --shrink"))
        .contains("\n21 ")
        .doesNotContain("\n22 ");
  }

  static List<Path> pagesWithFigures() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path page : pages()) {
      if (Files.readString(page).contains(FIGURE)) {
        found.add(page);
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("pagesWithFigures")
  void what_stands_below_a_command_is_what_it_prints(Path page) throws IOException {
    String command = "";
    Iterator<String> lines = Files.readAllLines(page).iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith(PROGRAM)) {
        command = line.substring(PROGRAM.length());
      } else if (line.equals(FIGURE)) {
        List<String> figure = new ArrayList<>();
        for (String next = lines.next(); !next.equals("```"); next = lines.next()) {
          figure.add(next);
        }
        assertThat(figure).isNotEmpty();
        assertThat(ran(command).out()).containsSubsequence(figure);
      }
    }
  }

  @Test
  void the_table_of_slides_leads_to_every_page() throws IOException {
    for (String language : List.of("en", "es")) {
      String readme = language.equals("en") ? "README.md" : "README." + language + ".md";
      String table = Files.readString(DOCS.resolve(readme));
      for (Path page : pages()) {
        String name = page.getFileName().toString();
        if (name.endsWith("." + language + ".md") && !name.startsWith("README")) {
          assertThat(table).contains("](" + name + ")");
        }
      }
    }
  }

  /** A run that goes on to the harm shows it: not a broken rule, but what comes of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run raft --seed 7 | Answered(x6)",
        "run raft --seed 7 | Answered(y6)",
        "run raft --seed 7 | seen        sometimes  three commands committed under two leaders",
        "run raft --seed 7 | CRASH",
        "run paxos --seed 3 | CRASH",
        "run paxos --seed 3 | drop=",
        "run paxos --seed 3 | Decided(",
        "run paxos --mutant own-value --shrink | decided [pizza, sushi]",
        "run paxos --mutant forgets-promises --shrink | decided [pizza, sushi]",
        "run raft --mutant commits-old-terms --shrink | without committed entry [1]",
        "run raft --mutant any-candidate --shrink | without committed entry",
        "run raft --mutant forgets-vote --shrink | RECOVERS",
        "run bully --seed 3 | CRASH",
        "run ring --seed 47 | CRASH",
        "run ring --mutant last-one-leads --shrink | followed are {A=A, B=C, C=C}",
        "run ricart-agrawala --seed 1 | seen        sometimes  seven entries in one run",
        "run gossip --seed 1 | CRASH",
        "run replication-sync --mutant majority-is-enough --shrink"
            + " | was acknowledged, and the new primary doesn't have it",
        "run replication-hybrid --mutant nothing-is-critical --shrink"
            + " | was acknowledged, and the new primary doesn't have it",
        "run central-lock --seed 27 | seen        sometimes  a lease runs out",
        "run central-lock --seed 27 | seen        sometimes  the store refuses a stale token",
        "run central-lock --mutant no-fencing --shrink | PAUSED"
      })
  void a_run_shows_what_its_caption_says(String command, String text) {
    assertThat(shown(command)).contains(text);
  }

  private static String shown(String command) {
    assertThat(commands()).contains(command);
    return ran(command).out();
  }
}
