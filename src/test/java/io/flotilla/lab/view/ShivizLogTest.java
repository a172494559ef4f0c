package io.flotilla.lab.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.lesson.Presenter;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of ShiViz's own source: {@code LogParser} reads regex, delimiter and events; {@code
 * ModelGraph} wants each host's clock to start at 1 and rise by 1, clocks that name known hosts and
 * times only, and after following all messages the very clocks that the log names.
 */
class ShivizLogTest {
  private record Event(String host, Map<String, Integer> clock) {}

  static List<Lesson<?>> lessons() {
    return Lessons.lessons();
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void every_lesson_gives_a_log_that_shiviz_accepts(Lesson<?> lesson) throws Exception {
    try (Simulation simulation = new Simulation()) {
      for (long seed = 1; seed <= 5; seed++) {
        Recording run =
            Presenter.record(
                lesson.runner(simulation),
                lesson.assumptions(),
                seed,
                Chooser.seeded(seed),
                "t",
                "s");
        accept(ShivizLog.of(run));
      }
    }
  }

  private static void accept(String log) throws Exception {
    String[] lines = log.split("\n", 3);
    assertThat(lines[0]).isEqualTo("(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})");
    assertThat(lines[1]).isEmpty();
    // JavaScript takes a brace that opens no quantifier for itself; Java wants it escaped.
    Matcher m = Pattern.compile(lines[0].replace("{", "\\{").replace("}", "\\}")).matcher(lines[2]);
    List<Event> events = new ArrayList<>();
    int end = 0;
    while (m.find()) {
      assertThat(lines[2].substring(end, m.start())).isBlank();
      end = m.end();
      events.add(new Event(m.group("host"), clock(m.group("clock"))));
    }
    assertThat(lines[2].substring(end)).isBlank();
    assertThat(events).isNotEmpty();
    check(events);
  }

  private static Map<String, Integer> clock(String json) throws Exception {
    Map<String, Integer> clock = new TreeMap<>();
    JsonNode node = new ObjectMapper().readTree(json);
    node.fields().forEachRemaining(f -> clock.put(f.getKey(), f.getValue().intValue()));
    return clock;
  }

  private static void check(List<Event> events) {
    Map<String, List<Event>> byHost = new TreeMap<>();
    events.forEach(e -> byHost.computeIfAbsent(e.host(), h -> new ArrayList<>()).add(e));
    for (List<Event> own : byHost.values()) {
      Map<String, Integer> known = new TreeMap<>();
      for (int i = 0; i < own.size(); i++) {
        Event e = own.get(i);
        assertThat(e.clock().get(e.host())).as("rises by one from one").isEqualTo(i + 1);
        known.put(e.host(), i + 1);
        // The clock is the maximum of the clocks that it follows.
        for (Map.Entry<String, Integer> entry : e.clock().entrySet()) {
          assertThat(byHost).containsKey(entry.getKey());
          List<Event> theirs = byHost.get(entry.getKey());
          assertThat(entry.getValue()).isBetween(1, theirs.size());
          if (!entry.getKey().equals(e.host())) {
            theirs
                .get(entry.getValue() - 1)
                .clock()
                .forEach((h, t) -> known.merge(h, t, Math::max));
          }
        }
        assertThat(known).isEqualTo(e.clock());
      }
    }
  }

  @Test
  void a_run_reads_as_expected() {
    try (Simulation simulation = new Simulation()) {
      Recording run =
          Presenter.record(
              Lessons.find("vector").orElseThrow().runner(simulation),
              Lessons.find("vector").orElseThrow().assumptions(),
              1,
              Chooser.natural(),
              "t",
              "s");
      assertThat(ShivizLog.of(run))
          .startsWith(
              """
              (?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})

              asked: Act()
              A {"A":1}
              ★ Stamped(act, [1, 0, 0])
              A {"A":2}
              """);
    }
  }
}
