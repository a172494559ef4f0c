package io.flotilla.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LabCommandTest {
  @TempDir Path dir;

  record Ran(int code, String out, String err) {}

  static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        LabCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = command.execute(args);
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void list_names_every_algorithm_and_mutant() {
    Ran ran = run("list");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("paxos", "--mutant own-value", "replication-async");
  }

  @Test
  void a_run_prints_its_trace_its_verdicts_and_how_to_see_it_again() {
    Ran ran = run("run", "vector", "--choices", ":A,:A,A:B");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("A ★ Stamped(act, [1, 0, 0])")
        .contains("A → B  Note(A, [2, 0, 0])")
        .contains("B ★ Stamped(receive, [2, 1, 0])")
        .contains("holds       always     V(a) < V(b) if and only if a came before b")
        .contains("To repeat it: ./flotilla lab run vector --seed 1 --faults none --choices :A");
  }

  @Test
  void a_printed_run_can_be_repeated_to_the_letter() {
    Ran first = run("run", "raft", "--seed", "7");
    String again = first.out().split("To repeat it: ./flotilla lab ")[1].strip();
    Ran second = run(again.split(" "));
    assertThat(first.out()).containsPattern("trace hash [0-9a-f]{32}");
    assertThat(second.out()).isEqualTo(first.out());
  }

  @Test
  void a_broken_property_gives_exit_code_1() {
    Ran ran = run("run", "paxos", "--mutant", "own-value", "--shrink");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("BROKEN      always     all nodes decide the same value");
    assertThat(run("run", "vector", "--shrink").out()).contains("Every property held in 6000 runs");
  }

  @Test
  void files_are_written() throws Exception {
    Path html = dir.resolve("run.html");
    Path log = dir.resolve("run.log");
    Ran ran = run("run", "gossip", "--html", html.toString(), "--shiviz", log.toString());
    assertThat(ran.out()).contains("Written: " + html, "Written: " + log);
    assertThat(Files.readString(html))
        .startsWith("<!DOCTYPE html>")
        .contains("\"nodes\":[\"N1\"")
        .doesNotContain("%RUN%", "%TITLE%", "src=\"http", "href=\"http");
    assertThat(Files.readString(log)).startsWith("(?<event>");
  }

  @Test
  void exploring_tells_states_depth_and_verdicts() {
    Ran ran = run("explore", "lamport");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("complete within").contains("holds         a cause has the");
    Ran broken = run("explore", "lamport", "--mutant", "no-tick-on-send");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.out()).contains("BROKEN        a cause has the").contains("choices :A,:A");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ricart-agrawala --faults pause=2 --seed 3",
        "gossip --faults pause=1 --seed 6",
        "ring --faults dup=3 --seed 3",
        "lamport --faults crash=1",
        "restaurant --faults crash=1 --seed 29",
        "bully --faults slow=2",
        "flooding --faults drop=3",
        "all-reduce --faults drop=1"
      })
  void a_run_outside_an_algorithms_assumptions_is_not_called_broken(String line) {
    int outside = 0;
    for (int seed = 0; seed < 40; seed++) {
      String command = "run " + line + (line.contains("--seed") ? "" : " --seed " + seed);
      Ran ran = run(command.replaceAll("--seed \\d+", "--seed " + seed).split(" "));
      assertThat(ran.code()).as(ran.out()).isZero();
      assertThat(ran.out()).doesNotContain("BROKEN").doesNotContain("Exception");
      outside += ran.out().contains("outside     ") ? 1 : 0;
    }
    assertThat(outside).isPositive();
  }

  @Test
  void a_run_outside_the_assumptions_says_which_and_where() {
    Ran ran = run("run", "lamport", "--faults", "crash=1", "--choices", ":A,:A,crash=A,recover=A");
    assertThat(ran.out()).contains("assumes: no message is lost; ");
    ran = run("run", "ring", "--faults", "dup=1", "--choices", ":A,A:B,dup=B:C");
    assertThat(ran.out())
        .contains(
            "outside     ", "it assumes that no message is duplicated, but step 3 is dup=B:C");
    assertThat(ran.code()).isZero();
  }

  static Stream<Arguments> wrongUses() {
    return Stream.of(
        Arguments.of("run paxoss", "Unknown algorithm 'paxoss'. Known are: json-rpc"),
        Arguments.of("explore nothing", "Unknown algorithm 'nothing'"),
        Arguments.of("run paxos --mutant none", "paxos has no mutant 'none'. It has: own-value"),
        Arguments.of("run bully-partition --mutant x", "It has: none"),
        Arguments.of("run paxos --seed -1", "--seed must be 0 or greater, not -1."),
        Arguments.of("run paxos --seed x", "Invalid value for option '--seed'"),
        Arguments.of("run paxos --choices A;B", "--choices: 'A;B' is not a choice"),
        Arguments.of("run paxos --choices A:B", "--choices: choice 1, A:B, is not possible there"),
        Arguments.of("run paxos --faults fire=1", "--faults: 'fire=1' is not a fault"),
        Arguments.of(
            "run paxos --html /nowhere/x.html",
            "Can't write /nowhere/x.html: there is no directory /nowhere.\n"),
        Arguments.of(
            "run paxos --faults none --choices crash=A",
            "--faults allows no crash: add crash=1 to it"),
        Arguments.of("run paxos --shiviz /proc", "Can't write /proc"),
        Arguments.of("run", "Missing required parameter: 'ALGORITHM'"),
        Arguments.of("explore paxos --states 0", "--states and --depth must be 1 or greater."),
        Arguments.of("", "Missing subcommand: list, run or explore."),
        Arguments.of("walk", "Unmatched argument"));
  }

  @ParameterizedTest
  @MethodSource("wrongUses")
  void wrong_use_is_explained_and_gives_exit_code_2(String line, String message) {
    Ran ran = run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
  }
}
