package io.flotilla.lab.view;

import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/** Events in few words. */
final class Wording {
  private static final Pattern FIELD_NAME = Pattern.compile("\\b[a-z][A-Za-z]*=");

  private Wording() {}

  /** A record without its field names: {@code Vote(1, B, true)}. */
  static String brief(String text) {
    String plain = text.replace("Optional.empty", "-");
    StringBuilder out = new StringBuilder();
    Deque<String> closing = new ArrayDeque<>();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '[') {
        boolean record = i > 0 && Character.isLetterOrDigit(plain.charAt(i - 1));
        boolean optional = out.length() >= 8 && out.substring(out.length() - 8).equals("Optional");
        if (optional) {
          out.setLength(out.length() - 8);
        }
        out.append(optional ? "" : record ? "(" : "[");
        closing.push(optional ? "" : record ? ")" : "]");
      } else if (c == ']' && !closing.isEmpty()) {
        out.append(closing.pop());
      } else {
        out.append(c);
      }
    }
    return FIELD_NAME.matcher(out).replaceAll("");
  }

  /** One line for one event, without the node it is about. */
  static String line(SimEvent e) {
    String text = brief(e.text());
    return switch (e.kind()) {
      case SEND -> "→ " + e.peer() + "  " + text;
      case DELIVER -> "← " + e.peer() + "  " + text;
      case STIMULUS -> "asked: " + text;
      case TIMER -> "timer: " + text;
      case REPORT -> "★ " + text;
      case LOSE -> "✗ lost on its way to " + e.peer() + ": " + text;
      case DUPLICATE -> "⧉ duplicated on its way to " + e.peer();
      case CRASH -> "✗✗ CRASH" + (text.isEmpty() ? "" : ", " + text);
      case RECOVER -> "RECOVERS";
      case PAUSE -> "PAUSED";
      case RESUME -> "RESUMES";
      case CUT -> "network cut: " + e.text() + (e.text().contains(" to ") ? "" : " on one side");
      case HEAL -> "network whole again";
      case SLOW -> "SLOW";
      case QUICK -> "QUICK AGAIN";
      case FAIL -> "threw " + e.text();
      case STATE -> text;
    };
  }
}
