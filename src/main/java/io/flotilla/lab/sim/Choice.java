package io.flotilla.lab.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One decision of a run: what happens next. Its text keeps its meaning if other decisions are
 * removed from the list, and needs no quotes in a shell.
 *
 * <pre>
 * A:B      the oldest message from A to B arrives  A:B#2    the second-oldest does
 * :B       the next request from outside reaches B B@       B's next timer fires
 * drop=A:B the message is lost            dup=A:B  it becomes two
 * crash=B recover=B pause=B resume=B      cut=A+B  A and B on one side, all others on the other
 * power=B  a crash that loses what B wrote after its last message
 * tear=B   the same, but of several writes only the last is lost
 * slow=B quick=B                          oneway=A:B  nothing from A reaches B any more
 * heal     the network is whole again
 * </pre>
 *
 * @param a the sender, or the node concerned
 * @param b the receiver, or empty
 * @param nth which message between the two, from 1
 */
public record Choice(Kind kind, String a, String b, int nth) {

  /** What a choice does. */
  public enum Kind {
    DELIVER,
    STIMULUS,
    TIMER,
    DROP,
    DUP,
    CRASH,
    RECOVER,
    PAUSE,
    RESUME,
    CUT,
    HEAL,
    POWER,
    TEAR,
    ONEWAY,
    SLOW,
    QUICK;

    /** Whether it ends a fault. */
    public boolean mends() {
      return this == RECOVER || this == RESUME || this == HEAL || this == QUICK;
    }
  }

  private static final String NODE = "[A-Za-z0-9]+";
  private static final Pattern MESSAGE =
      Pattern.compile(
          "(?:(drop|dup|oneway)=)?(" + NODE + ")?:(" + NODE + ")(?:#([1-9][0-9]{0,3}))?");
  private static final Pattern TIMER = Pattern.compile("(" + NODE + ")@");
  private static final Pattern NODES =
      Pattern.compile(
          "(crash|recover|pause|resume|cut|power|tear|slow|quick)=("
              + NODE
              + "(?:\\+"
              + NODE
              + ")*)");

  static Choice of(Kind kind, String a) {
    return new Choice(kind, a, "", 1);
  }

  @Override
  public String toString() {
    String word = kind.name().toLowerCase(Locale.ROOT);
    String way = a + ":" + b + (nth > 1 ? "#" + nth : "");
    return switch (kind) {
      case DELIVER, STIMULUS -> way;
      case TIMER -> a + "@";
      case DROP, DUP, ONEWAY -> word + "=" + way;
      case HEAL -> word;
      default -> word + "=" + a;
    };
  }

  /**
   * Reads a list separated by commas.
   *
   * @throws IllegalArgumentException saying which part is wrong
   */
  public static List<Choice> parseList(String text) {
    List<Choice> choices = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        choices.add(parse(part.strip()));
      }
    }
    return choices;
  }

  /** Reads one choice; the inverse of {@link #toString}. */
  public static Choice parse(String text) {
    Matcher m = MESSAGE.matcher(text);
    if (m.matches()) {
      int nth = m.group(4) == null ? 1 : Integer.parseInt(m.group(4));
      boolean fromOutside = m.group(2) == null;
      boolean oneWay = "oneway".equals(m.group(1));
      if (m.group(1) != null && !fromOutside && !(oneWay && nth > 1)) {
        return new Choice(Kind.valueOf(upper(m.group(1))), m.group(2), m.group(3), nth);
      }
      if (m.group(1) == null && !(fromOutside && m.group(4) != null)) {
        return fromOutside
            ? new Choice(Kind.STIMULUS, "", m.group(3), 1)
            : new Choice(Kind.DELIVER, m.group(2), m.group(3), nth);
      }
    }
    m = TIMER.matcher(text);
    if (m.matches()) {
      return of(Kind.TIMER, m.group(1));
    }
    m = NODES.matcher(text);
    if (m.matches() && (m.group(1).equals("cut") || !m.group(2).contains("+"))) {
      return of(Kind.valueOf(upper(m.group(1))), m.group(2));
    }
    if (text.equals("heal")) {
      return of(Kind.HEAL, "");
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a choice; a choice is one of A:B A:B#2 :B B@ drop=A:B dup=A:B crash=B"
            + " recover=B power=B tear=B pause=B resume=B slow=B quick=B cut=A+B oneway=A:B heal");
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }
}
