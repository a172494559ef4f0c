package io.flotilla.lab.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.Simulation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A seed decides a run, whatever JVM runs it and whatever ran before in the same system. */
class DeterminismTest {
  private static final int SEEDS = 1_000;

  /** The trace hashes of a thousand seeds over all lessons, one per line. */
  public static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      lines().forEach(System.out::println);
    }

    static List<String> lines() {
      try (Simulation simulation = new Simulation()) {
        return java.util.stream.LongStream.range(0, SEEDS)
            .mapToObj(seed -> line(simulation, seed))
            .toList();
      }
    }

    private static String line(Simulation simulation, long seed) {
      List<Lesson<?>> all = Lessons.lessons();
      Lesson<?> lesson = all.get((int) (seed % all.size()));
      Fingerprint.Value first = lesson.runner(simulation).hash(seed);
      Fingerprint.Value second = lesson.runner(simulation).hash(seed);
      if (!first.equals(second)) {
        throw new AssertionError(lesson.name() + " differs when seed " + seed + " is run again");
      }
      return lesson.name() + " " + seed + " " + first;
    }
  }

  @Test
  void a_thousand_seeds_run_twice_are_equal_in_two_jvms() throws IOException, InterruptedException {
    // Another collector and another heap, so that hashes and iteration orders have reason to
    // differ.
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx300m",
                "-cp",
                System.getProperty("java.class.path"),
                Hashes.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> here = Hashes.lines();
    List<String> there;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      there = out.lines().toList();
    }
    assertThat(other.waitFor()).isZero();
    assertThat(here).hasSize(SEEDS).doesNotHaveDuplicates();
    assertThat(there).isEqualTo(here);
  }
}
