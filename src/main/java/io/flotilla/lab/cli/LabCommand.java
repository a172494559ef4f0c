package io.flotilla.lab.cli;

import io.flotilla.lab.check.Explorer;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.check.Search;
import io.flotilla.lab.check.Shrinker;
import io.flotilla.lab.lesson.Assumptions;
import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.lesson.Presenter;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.Simulation;
import io.flotilla.lab.view.HtmlPage;
import io.flotilla.lab.view.Recording;
import io.flotilla.lab.view.ShivizLog;
import io.flotilla.lab.view.TextTrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code flotilla lab}: distributed algorithms to watch, break and explore. Exit codes: 0 all
 * properties hold, 1 one is broken, 2 incorrect usage.
 */
@Command(
    name = "lab",
    description = "Watch, break and explore distributed algorithms in a simulated network.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LabCommand.ListLessons.class, LabCommand.Run.class, LabCommand.Explore.class})
public final class LabCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing subcommand: list, run or explore.");
  }

  /** Lists the lessons. */
  @Command(
      name = "list",
      description = "Lists the algorithms and their mutants.",
      mixinStandardHelpOptions = true)
  static final class ListLessons implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      for (Lessons.Part part : Lessons.parts()) {
        out.println(part.title());
        part.lessons().forEach(lesson -> print(out, lesson));
      }
      out.flush();
      return 0;
    }

    private static void print(PrintWriter out, Lesson<?> lesson) {
      out.printf("  %-20s %s (%s)%n", lesson.name(), lesson.title(), lesson.source());
      out.printf("     %s%n", lesson.assumptions());
      for (Lesson.Mutant<?> mutant : lesson.mutants()) {
        out.printf("     --mutant %-22s %s%n", mutant.name(), mutant.what());
      }
    }
  }

  /** The options of run and explore. */
  abstract static class OfLesson implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ALGORITHM", description = "A name from 'lab list'.")
    private String algorithm;

    @Option(names = "--mutant", description = "Run the algorithm with this wrong rule.")
    private String mutantName;

    @Option(
        names = "--seed",
        defaultValue = "1",
        description = "Seed of all random decisions, 0 or greater. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
        names = "--faults",
        description =
            "'none', or how often each fault may happen:"
                + " drop=N,dup=N,crash=N,cut=N,oneway=N,pause=N,slow=N,power=N,tear=N,reorder.")
    private String faultList;

    @Override
    public Integer call() {
      if (seed < 0) {
        throw wrong("--seed must be 0 or greater, not " + seed + ".");
      }
      Lesson<?> lesson =
          Lessons.find(algorithm)
              .orElseThrow(
                  () ->
                      wrong(
                          "Unknown algorithm '"
                              + algorithm
                              + "'. Known are: "
                              + names(Lessons.lessons().stream().map(Lesson::name).toList())));
      return with(lesson);
    }

    private <M> int with(Lesson<M> lesson) {
      Optional<Lesson.Mutant<M>> mutant = Optional.empty();
      if (mutantName != null) {
        mutant = lesson.mutant(mutantName);
        if (mutant.isEmpty()) {
          throw wrong(
              lesson.name()
                  + " has no mutant '"
                  + mutantName
                  + "'. It has: "
                  + names(lesson.mutants().stream().map(Lesson.Mutant::name).toList()));
        }
      }
      try (Simulation simulation = new Simulation()) {
        return on(simulation, lesson, mutant);
      }
    }

    abstract <M> int on(Simulation simulation, Lesson<M> lesson, Optional<Lesson.Mutant<M>> mutant);

    /** The scenario under the faults asked for. */
    <M> Runner<M> withFaults(Simulation simulation, Runner<M> runner) {
      Scenario<M> scenario = runner.scenario();
      if (faultList != null) {
        scenario = scenario.with(parsed(() -> Faults.parse(faultList), "--faults"));
      }
      return runner.with(scenario);
    }

    <T> T parsed(Callable<T> parse, String option) {
      try {
        return parse.call();
      } catch (Exception e) {
        throw wrong(option + ": " + e.getMessage());
      }
    }

    ParameterException wrong(String message) {
      return new ParameterException(spec.commandLine(), message);
    }

    private static String names(List<String> names) {
      return names.isEmpty() ? "none" : String.join(", ", names) + ".";
    }
  }

  /** One run, shown. */
  @Command(
      name = "run",
      description = "Runs an algorithm and prints its space-time trace and verdicts.",
      mixinStandardHelpOptions = true)
  static final class Run extends OfLesson {
    @Option(
        names = "--choices",
        description = "The run's choices, in order; then everything takes its natural course.")
    private String choiceList;

    @Option(
        names = "--shrink",
        description = "Try seeds until a property breaks, and show the shortest such run found.")
    private boolean shrink;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the run as a web page.")
    private Path html;

    @Option(names = "--shiviz", paramLabel = "FILE", description = "Write a log for ShiViz.")
    private Path shiviz;

    private static final int MOST_SEEDS = 6_000;
    private static final int PORTION = 500;

    @Override
    <M> int on(Simulation simulation, Lesson<M> lesson, Optional<Lesson.Mutant<M>> mutant) {
      Runner<M> given =
          withFaults(
              simulation,
              mutant.map(m -> lesson.runner(simulation, m)).orElse(lesson.runner(simulation)));
      Runner<M> runner = mutant.isEmpty() && choiceList == null ? given.thatRests() : given;
      long chosenSeed = seed;
      Chooser chooser;
      if (choiceList != null) {
        List<Choice> list = parsed(() -> Choice.parseList(choiceList), "--choices");
        chooser = Chooser.exactly(list, Chooser.natural());
      } else if (shrink) {
        Search.Found found = search(runner, mutant);
        if (found.failing().isEmpty()) {
          PrintWriter out = spec.commandLine().getOut();
          out.println("Every property held in " + MOST_SEEDS + " runs from seed " + seed + ".");
          out.flush();
          return 0;
        }
        Search.Failing failing = found.failing().get();
        chosenSeed = failing.seed();
        Runner.Outcome shortest = Shrinker.shrink(runner, chosenSeed, failing.outcome());
        chooser = Chooser.exactly(shortest.choices(), Chooser.natural());
      } else {
        chooser = bySeed(mutant, seed);
      }
      return show(lesson, mutant, runner, chosenSeed, chooser);
    }

    /** In portions, so that it can show progress. */
    private <M> Search.Found search(Runner<M> runner, Optional<Lesson.Mutant<M>> mutant) {
      PrintWriter err = spec.commandLine().getErr();
      for (int tried = 0; ; tried += PORTION) {
        Search.Found found = Search.seeds(runner, seed + tried, PORTION, s -> bySeed(mutant, s));
        if (found.failing().isPresent() || tried + PORTION >= MOST_SEEDS) {
          err.println();
          err.flush();
          return found;
        }
        err.printf("\r%,d runs ...   ", tried + PORTION);
        err.flush();
      }
    }

    private static <M> Chooser bySeed(Optional<Lesson.Mutant<M>> mutant, long seed) {
      return mutant.map(m -> m.chooser(seed)).orElseGet(() -> Chooser.seeded(seed));
    }

    private <M> int show(
        Lesson<M> lesson,
        Optional<Lesson.Mutant<M>> mutant,
        Runner<M> runner,
        long chosenSeed,
        Chooser chooser) {
      String title = lesson.title() + mutant.map(m -> " — mutant: " + m.what()).orElse("");
      String again =
          "seed "
              + chosenSeed
              + ", faults "
              + runner.scenario().faults()
              + ", "
              + lesson.source()
              + "; "
              + lesson.assumptions();
      Recording run;
      try {
        run = Presenter.record(runner, lesson.assumptions(), chosenSeed, chooser, title, again);
      } catch (Chooser.ImpossibleChoice e) {
        throw wrong("--choices: " + e.getMessage() + missing(runner, e.choice().kind()));
      }
      PrintWriter out = spec.commandLine().getOut();
      TextTrace.print(run, out);
      out.println();
      out.println("To repeat it: " + command(lesson, mutant, runner, chosenSeed, run));
      boolean written = write(html, HtmlPage.of(run)) & write(shiviz, ShivizLog.of(run));
      out.flush();
      if (!written) {
        return 2;
      }
      return run.verdicts().stream().anyMatch(Recording.Verdict::isBroken) ? 1 : 0;
    }

    private static <M> String command(
        Lesson<M> lesson,
        Optional<Lesson.Mutant<M>> mutant,
        Runner<M> runner,
        long seed,
        Recording run) {
      return "./flotilla lab run "
          + lesson.name()
          + mutant.map(m -> " --mutant " + m.name()).orElse("")
          + " --seed "
          + seed
          + " --faults "
          + runner.scenario().faults()
          + " --choices "
          + run.choices().stream().map(Choice::toString).collect(Collectors.joining(","));
    }

    /** What a list of choices needs besides itself. */
    private static String missing(Runner<?> runner, Choice.Kind kind) {
      boolean forbidden = Faults.KINDS.contains(kind) && runner.scenario().faults().most(kind) == 0;
      String fault = Faults.word(kind);
      return forbidden ? "; --faults allows no " + fault + ": add " + fault + "=1 to it" : "";
    }

    private boolean write(Path file, String content) {
      if (file == null) {
        return true;
      }
      try {
        Files.writeString(file, content);
        spec.commandLine().getOut().println("Written: " + file);
        return true;
      } catch (IOException e) {
        Path directory = file.toAbsolutePath().getParent();
        String why =
            Files.isDirectory(directory) ? reason(e) : "there is no directory " + directory;
        spec.commandLine().getErr().println("Can't write " + file + ": " + why + ".");
        return false;
      }
    }

    private static String reason(IOException e) {
      String kind = e.getClass().getSimpleName().replaceAll("(Exception|Error)$", "");
      return kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** All runs of a small world. */
  @Command(
      name = "explore",
      description = "Explores every choice of a small world, breadth first.",
      mixinStandardHelpOptions = true)
  static final class Explore extends OfLesson {
    @Option(
        names = "--states",
        defaultValue = "20000",
        description = "Give up after this many states. Default: ${DEFAULT-VALUE}.")
    private int mostStates;

    @Option(
        names = "--depth",
        defaultValue = "60",
        description = "Maximum length of a list of choices. Default: ${DEFAULT-VALUE}.")
    private int mostDepth;

    @Override
    <M> int on(Simulation simulation, Lesson<M> lesson, Optional<Lesson.Mutant<M>> mutant) {
      if (mostStates < 1 || mostDepth < 1) {
        throw wrong("--states and --depth must be 1 or greater.");
      }
      Runner<M> runner = withFaults(simulation, lesson.explorer(simulation, mutant));
      PrintWriter err = spec.commandLine().getErr();
      long[] told = {System.nanoTime()};
      Explorer.Explored explored =
          Explorer.explore(
              runner,
              seed,
              mostStates,
              mostDepth,
              p -> {
                if (System.nanoTime() - told[0] > 500_000_000L) {
                  told[0] = System.nanoTime();
                  err.printf(
                      "\r%,d states, %,d waiting, depth %d ...   ",
                      p.states(), p.waiting(), p.depth());
                  err.flush();
                }
              });
      err.println();
      err.flush();
      return tell(runner, lesson.assumptions(), explored);
    }

    private int tell(Runner<?> runner, Assumptions assumptions, Explorer.Explored explored) {
      Optional<String> outside = explored.violation().flatMap(v -> assumptions.broken(v.choices()));
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%d states by %d runs, depth %d, %s%n",
          explored.states(),
          explored.runs(),
          explored.depth(),
          explored.complete()
              ? "complete within the scenario's limits"
              : explored.violation().isPresent() ? "up to the first break" : "incomplete");
      for (Property<?> property : runner.properties()) {
        boolean broken =
            explored.violation().flatMap(Runner.Outcome::violation).stream()
                .anyMatch(v -> v.property().equals(property.name()));
        String verdict =
            property.when() == Property.When.SOMETIMES
                ? explored.seen().contains(property.name()) ? "seen" : "not seen"
                : broken
                    ? outside.isPresent() ? "outside" : "BROKEN"
                    : explored.complete() ? "holds" : "holds so far";
        out.printf("%-13s %s%n", verdict, property.name());
      }
      explored
          .violation()
          .ifPresent(
              o -> {
                out.println(o.violation().orElseThrow());
                out.println(
                    "choices "
                        + o.choices().stream()
                            .map(Choice::toString)
                            .collect(Collectors.joining(",")));
              });
      outside.ifPresent(text -> out.println("Outside the assumptions: " + text));
      out.flush();
      return explored.violation().isPresent() && outside.isEmpty() ? 1 : 0;
    }
  }

  /** For tests: only the lab's command line. */
  static CommandLine commandLine() {
    return new CommandLine(new LabCommand());
  }
}
