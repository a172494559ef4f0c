package io.flotilla.http;

import java.util.ArrayList;
import java.util.List;

/** Splits a filter into words, strings and operators, in one pass. */
final class FilterTokens {
  private static final String SPACE = " \t\n\u000b\f\r";

  /** Characters that end a word. */
  private static final String NOT_OF_A_WORD = SPACE + "()=!\"`";

  private static final String QUOTES = "\"`";

  /**
   * @param quoted a string rather than a word or an operator
   * @param path what it selects, if it is a selector: {@code Meta.a} and {@code Meta["a"]} are the
   *     same
   */
  record Token(String text, boolean quoted, List<String> path) {
    Token(String text, boolean quoted) {
      this(text, quoted, List.of());
    }

    boolean is(String word) {
      return !quoted && text.equalsIgnoreCase(word);
    }

    boolean isSign() {
      return is("(") || is(")") || is("==") || is("!=");
    }
  }

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private FilterTokens(String text) {
    this.text = text;
  }

  static List<Token> of(String text) {
    return new FilterTokens(text).all();
  }

  private List<Token> all() {
    for (skipSpace(); at < text.length(); skipSpace()) {
      int start = at;
      Token token = one();
      if (token == null) {
        throw Filter.bad("syntax error at '" + text.substring(start).strip() + "'");
      }
      tokens.add(token);
    }
    return tokens;
  }

  private void skipSpace() {
    while (at < text.length() && SPACE.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** Null if no token starts here. */
  private Token one() {
    return switch (text.charAt(at)) {
      case '"' -> escaped();
      case '`' -> verbatim();
      case '(', ')' -> sign(1);
      case '=', '!' -> text.startsWith("=", at + 1) ? sign(2) : null;
      default -> word();
    };
  }

  private Token sign(int length) {
    at += length;
    return new Token(text.substring(at - length, at), false);
  }

  /** A value, or a selector: names between dots, and keys as in {@code Meta["k"]}. */
  private Token word() {
    int start = at;
    List<String> path = new ArrayList<>();
    String names = rest();
    while (names.endsWith("[") && at < text.length() && QUOTES.indexOf(text.charAt(at)) >= 0) {
      addTo(path, names.substring(0, names.length() - 1));
      Token key = one();
      if (key == null || !text.startsWith("]", at)) {
        return null;
      }
      path.add(key.text());
      at++;
      names = rest();
      if (!names.isEmpty() && !names.startsWith(".") && !names.equals("[")) {
        return null;
      }
      names = names.startsWith(".") ? names.substring(1) : names;
    }
    addTo(path, names);
    return new Token(text.substring(start, at), false, path);
  }

  private static void addTo(List<String> path, String names) {
    if (!names.isEmpty()) {
      path.addAll(List.of(names.split("\\.")));
    }
  }

  private String rest() {
    int start = at;
    while (at < text.length() && NOT_OF_A_WORD.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private Token verbatim() {
    int end = text.indexOf('`', at + 1);
    if (end < 0) {
      return null;
    }
    Token token = new Token(text.substring(at + 1, end), true);
    at = end + 1;
    return token;
  }

  /** A backslash makes the next character literal. */
  private Token escaped() {
    StringBuilder inside = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        at = i + 1;
        return new Token(inside.toString(), true);
      }
      if (c == '\\' && ++i == text.length()) {
        return null;
      }
      inside.append(text.charAt(i));
    }
    return null;
  }
}
