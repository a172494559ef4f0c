package io.flotilla.lab.view;

import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.SimEvent.Kind;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The space-time trace for a terminal: time runs down, each node has its column. */
public final class TextTrace {
  /** Wide enough for a node's lifeline. */
  private static final int LANE = 4;

  private TextTrace() {}

  public static void print(Recording run, PrintWriter out) {
    out.println(run.title());
    out.println(run.subtitle());
    out.println();
    List<String> nodes = run.nodes();
    int lane = Math.max(LANE, nodes.stream().mapToInt(String::length).max().orElse(0) + 1);
    int choice = Math.max(8, longestChoice(run) + 2);
    out.println(
        pad("step", 5) + pad("time", 7) + pad("choice", choice) + header(nodes, lane) + "what");
    boolean[] down = new boolean[nodes.size()];
    int lastStep = -1;
    for (SimEvent e : run.events()) {
      if (e.kind() == Kind.STATE) {
        continue;
      }
      boolean first = e.step() != lastStep;
      lastStep = e.step();
      String step = first ? String.valueOf(e.step()) : "";
      String time = first ? String.valueOf(e.time()) : "";
      String what = first && e.step() > 0 ? run.choices().get(e.step() - 1).toString() : "";
      mark(down, nodes.indexOf(e.node()), e.kind());
      out.println(
          (pad(step, 5)
                  + pad(time, 7)
                  + pad(what, choice)
                  + lanes(e, nodes, lane, down)
                  + (e.node().isEmpty() ? "" : e.node() + " ")
                  + Wording.line(e))
              .stripTrailing());
    }
    out.println();
    verdicts(run, out);
  }

  private static int longestChoice(Recording run) {
    return run.choices().stream().mapToInt(c -> c.toString().length()).max().orElse(0);
  }

  private static String header(List<String> nodes, int lane) {
    StringBuilder header = new StringBuilder();
    nodes.forEach(n -> header.append(pad(n, lane)));
    return header.toString();
  }

  private static void mark(boolean[] down, int node, Kind kind) {
    if (kind == Kind.CRASH) {
      down[node] = true;
    } else if (kind == Kind.RECOVER) {
      down[node] = false;
    }
  }

  private static String lanes(SimEvent e, List<String> nodes, int lane, boolean[] down) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      cells.add(pad(nodes.get(i).equals(e.node()) ? sign(e.kind()) : down[i] ? " " : "│", lane));
    }
    return String.join("", cells);
  }

  private static String sign(Kind kind) {
    return switch (kind) {
      case SEND -> "○";
      case DELIVER, STIMULUS -> "●";
      case TIMER -> "◷";
      case REPORT -> "★";
      case LOSE, FAIL -> "✗";
      case DUPLICATE -> "⧉";
      case CRASH -> "╳";
      case RECOVER, RESUME -> "↑";
      case PAUSE -> "‖";
      default -> "│";
    };
  }

  /** The verdict on each property. */
  public static void verdicts(Recording run, PrintWriter out) {
    int width = run.verdicts().stream().mapToInt(v -> v.property().length()).max().orElse(0) + 2;
    for (Recording.Verdict v : run.verdicts()) {
      out.println(
          (pad(v.outcome(), 12) + pad(v.kind(), 11) + pad(v.property(), width) + v.detail())
              .stripTrailing());
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
