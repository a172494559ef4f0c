package io.flotilla.lab.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.Chromium;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.lesson.Presenter;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, worked by its keys; skipped where there is no Chromium. */
class BrowserTest {
  private static final String RIGHT = "\uE014";
  private static final String LEFT = "\uE012";
  private static final String HOME = "\uE011";
  private static final String END = "\uE010";
  private static final String CHOICES = ":B,drop=B:A,crash=B,recover=B,:A,dup=A:C,A:C,A:C,A:B";

  @TempDir static Path dir;
  private static Chromium browser;

  @BeforeAll
  static void open() throws Exception {
    assumeTrue(Chromium.isInstalled(), "no Chromium here");
    browser = new Chromium(dir.resolve("profile"));
    browser.open(page().toUri().toString());
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  /** A run with a lost and a doubled message, a crash, and a broken property at its end. */
  private static Path page() throws IOException {
    try (Simulation simulation = new Simulation()) {
      Recording run = record(simulation, Lessons.find("paxos").orElseThrow());
      return Files.writeString(dir.resolve("run.html"), HtmlPage.of(run));
    }
  }

  private static <M> Recording record(Simulation simulation, Lesson<M> lesson) {
    Lesson.Mutant<M> forgets = lesson.mutant("forgets-promises").orElseThrow();
    Runner<M> runner =
        new Runner<>(
            simulation,
            lesson.stage().with(forgets.behavior()).with(Faults.parse("drop=1,dup=1,crash=1")),
            lesson.properties());
    Chooser chooser = Chooser.exactly(Choice.parseList(CHOICES), Chooser.natural());
    return Presenter.record(runner, lesson.assumptions(), 1, chooser, "A <run> & more", "subtitle");
  }

  private static String js(String expression) throws Exception {
    return browser.js(expression);
  }

  private static void press(String... keys) throws Exception {
    browser.press(keys);
  }

  private static String where() throws Exception {
    return js("document.getElementById('where').textContent");
  }

  private static String stateOf(int row) throws Exception {
    return js("document.querySelectorAll('td.state')[" + row + "].textContent");
  }

  @Test
  void the_keys_step_through_the_run_and_the_states_follow() throws Exception {
    press(HOME);
    assertThat(where()).contains("step 0 of").contains("start");
    assertThat(stateOf(1)).isEqualTo("promised 0");
    press(RIGHT);
    assertThat(where()).startsWith("step 1 of").endsWith(":B");
    assertThat(stateOf(1)).isEqualTo("promised 1B");
    press(RIGHT, RIGHT, LEFT);
    assertThat(where()).startsWith("step 2 of").endsWith("drop=B:A");
    press(RIGHT);
    assertThat(where()).endsWith("crash=B");
    assertThat(stateOf(1)).isEqualTo("down");
    press(END);
    int last = Integer.parseInt(js("run.choices.length"));
    assertThat(where()).startsWith("step " + last + " of " + last);
  }

  @Test
  void what_is_lost_or_doubled_is_drawn_and_what_has_not_happened_yet_is_pale() throws Exception {
    assertThat(js("document.querySelectorAll('[data-fate=lost] .arrow.lost').length"))
        .isNotEqualTo("0");
    assertThat(js("document.querySelectorAll('[data-fate=copy] .arrow.copy').length"))
        .isEqualTo("1");
    press(HOME);
    int all = Integer.parseInt(js("document.querySelectorAll('[data-message]').length"));
    String pale = "document.querySelectorAll('[data-message].future').length";
    assertThat(js(pale)).isEqualTo(String.valueOf(all));
    press(END);
    assertThat(js(pale)).isEqualTo("0");
  }

  @Test
  void a_light_turns_red_where_its_property_breaks() throws Exception {
    String red = "document.querySelectorAll('.verdict.bad').length";
    int broken = Integer.parseInt(js("run.verdicts.filter(v => v.outcome === 'BROKEN').length"));
    assertThat(broken).isEqualTo(1);
    press(HOME);
    assertThat(js(red)).isEqualTo("0");
    press("b");
    assertThat(js(red)).isEqualTo("1");
    int step = Integer.parseInt(js("run.verdicts.find(v => v.outcome === 'BROKEN').step"));
    assertThat(where()).startsWith("step " + step + " of");
    press(LEFT);
    assertThat(js(red)).isEqualTo("0");
  }

  @Test
  void text_is_shown_as_text_and_nothing_is_fetched() throws Exception {
    assertThat(js("document.title")).isEqualTo("A <run> & more");
    assertThat(js("document.querySelector('h1').textContent")).isEqualTo("A <run> & more");
    assertThat(js("performance.getEntriesByType('resource').length")).isEqualTo("0");
    byte[] picture = browser.screenshot();
    assertThat(picture.length).isGreaterThan(20_000);
    Files.write(Path.of("target", "lab-page.png"), picture);
  }
}
