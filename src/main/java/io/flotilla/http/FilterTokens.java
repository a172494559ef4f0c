package io.flotilla.http;

import java.util.ArrayList;
import java.util.List;

/** Splits a filter into words, strings and operators, in one pass. */
final class FilterTokens {
  private static final String SPACE = " \t\n\u000b\f\r";

  /** Characters that end a word. */
  private static final String NOT_OF_A_WORD = SPACE + "()=!\"`";

  /**
   * @param quoted a string rather than a word or an operator
   */
  record Token(String text, boolean quoted) {
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

  private Token word() {
    int start = at;
    while (at < text.length() && NOT_OF_A_WORD.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return new Token(text.substring(start, at), false);
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
