package io.flotilla.lab.view;

import io.flotilla.lab.sim.SimEvent;
import java.util.List;

/**
 * The run's local events as a log that ShiViz can open: the first line is the parser's regular
 * expression, the second the delimiter between executions (none), then for each event its text on
 * one line and host and vector clock on the next. Each host's own clock counts up from 1, and a
 * clock names only hosts that have events.
 */
public final class ShivizLog {
  static final String REGEX = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";

  private ShivizLog() {}

  public static String of(Recording run) {
    StringBuilder log = new StringBuilder(REGEX).append("\n\n");
    for (SimEvent e : run.events()) {
      if (e.isLocal()) {
        log.append(Wording.line(e).replace('\n', ' ')).append('\n');
        log.append(e.node()).append(' ').append(clock(e, run.nodes())).append('\n');
      }
    }
    return log.toString();
  }

  private static String clock(SimEvent e, List<String> nodes) {
    StringBuilder clock = new StringBuilder("{");
    for (int i = 0; i < nodes.size(); i++) {
      if (e.clock().get(i) > 0) {
        clock.append(clock.length() > 1 ? "," : "");
        clock.append('"').append(nodes.get(i)).append("\":").append(e.clock().get(i));
      }
    }
    return clock.append('}').toString();
  }
}
