package io.flotilla.acl;

import io.flotilla.acl.RuleTree.Block;
import io.flotilla.acl.RuleTree.Entry;
import io.flotilla.acl.RuleTree.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the part of HashiCorp's configuration language (version 1) that policies are written in:
 * blocks, texts and comments. There is nothing in it that could be evaluated, and blocks go no
 * deeper than {@link RuleTree#DEPTH}.
 */
final class Hcl {
  private static final char END = 0;

  private final String text;
  private int at;

  private Hcl(String text) {
    this.text = text;
  }

  static Block read(String text) {
    if (text.indexOf(END) >= 0) { // or what is behind it would not be read
      throw new IllegalArgumentException("a character 0 is in no rule");
    }
    return new Hcl(text).block(0);
  }

  /**
   * @param depth 0: the whole text, which ends without a brace
   */
  private Block block(int depth) {
    List<Entry> entries = new ArrayList<>();
    while (true) {
      skip();
      if (peek() == (depth == 0 ? END : '}')) {
        at += depth == 0 ? 0 : 1;
        return new Block(entries);
      }
      entries.add(entry(depth));
      skip();
      if (peek() == ',') {
        at++;
      }
    }
  }

  /** {@code key "foo" { … }} is short for {@code key { "foo" { … } }}. */
  private Entry entry(int depth) {
    List<String> keys = new ArrayList<>();
    do {
      if (depth + keys.size() == RuleTree.DEPTH) {
        throw wrong("blocks are nested too deeply");
      }
      keys.add(peek() == '"' ? text() : word());
      skip();
    } while (peek() == '"' || isLetter(peek()));
    if (peek() == '=' && keys.size() == 1) {
      at++;
      skip();
    } else if (peek() != '{') {
      throw wrong(keys.size() == 1 ? "'=' or '{' is expected" : "'{' is expected");
    }
    RuleTree value = peek() == '{' ? inner(depth + keys.size()) : new Text(text());
    for (int i = keys.size() - 1; i > 0; i--) {
      value = new Block(List.of(new Entry(keys.get(i), value)));
    }
    return new Entry(keys.get(0), value);
  }

  private Block inner(int depth) {
    at++;
    return block(depth);
  }

  private String word() {
    int from = at;
    if (!isLetter(peek())) {
      throw wrong(peek() == END ? "it ends too early" : "a name is expected");
    }
    while (isLetter(peek()) || peek() >= '0' && peek() <= '9' || peek() == '-' || peek() == '.') {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private String text() {
    if (peek() != '"') {
      throw wrong("a text in double quotes is expected");
    }
    at++;
    StringBuilder read = new StringBuilder();
    while (peek() != '"') {
      char c = peek();
      if (c == '\n' || c == END) {
        throw wrong("a text has no end");
      }
      at++;
      if (c == '\\') {
        read.append(escaped());
      } else {
        read.append(c);
      }
    }
    at++;
    return read.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("there is no such escape in a text");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw wrong("\\u is followed by four hexadecimal digits");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  /** Passes over white space and comments. */
  private void skip() {
    while (true) {
      if (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
        at++;
      } else if (peek() == '#' || text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw wrong("a comment has no end");
        }
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private IllegalArgumentException wrong(String why) {
    int line =
        1
            + (int)
                text.substring(0, Math.min(at, text.length()))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
    return new IllegalArgumentException("line " + line + ": " + why);
  }
}
