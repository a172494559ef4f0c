package io.flotilla.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the part of HashiCorp's configuration language (version 1) in which nothing is evaluated:
 * blocks, texts, numbers, truths, lists and comments.
 */
public final class Hcl {
  private static final char END = 0;

  /** What a key can have. */
  public sealed interface Value {}

  public record Text(String value) implements Value {}

  /** A number, {@code true} or {@code false}, as it was written. */
  public record Literal(String value) implements Value {}

  public record Many(List<Value> values) implements Value {}

  /** A key may be in it several times. */
  public record Block(List<Entry> entries) implements Value {}

  public record Entry(String key, Value value) {}

  private final String text;
  private final int most;
  private final boolean onlyTexts;
  private int at;

  private Hcl(String text, int most, boolean onlyTexts) {
    this.text = text;
    this.most = most;
    this.onlyTexts = onlyTexts;
  }

  /**
   * @param depth keys at most inside one another; {@code key "foo" { … }} has two
   * @throws IllegalArgumentException if it is no HCL, which says where
   */
  public static Block read(String text, int depth) {
    return read(new Hcl(text, depth, false));
  }

  /** Where nothing but blocks and texts is expected. */
  public static Block readTexts(String text, int depth) {
    return read(new Hcl(text, depth, true));
  }

  private static Block read(Hcl reader) {
    if (reader.text.indexOf(END) >= 0) { // or what is behind it would not be read
      throw new IllegalArgumentException("a character 0 is in no text");
    }
    return reader.block(0);
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
      if (depth + keys.size() == most) {
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
    Value value = value(depth + keys.size());
    for (int i = keys.size() - 1; i > 0; i--) {
      value = new Block(List.of(new Entry(keys.get(i), value)));
    }
    return new Entry(keys.get(0), value);
  }

  private Value value(int depth) {
    if (peek() == '{') {
      at++;
      return block(depth);
    } else if (onlyTexts || peek() == '"') {
      return new Text(text());
    }
    return peek() == '[' ? many(depth) : literal();
  }

  private Many many(int depth) {
    if (depth == most) {
      throw wrong("lists are nested too deeply");
    }
    List<Value> values = new ArrayList<>();
    at++;
    skip();
    while (peek() != ']') {
      values.add(value(depth + 1));
      skip();
      if (peek() == ',') {
        at++;
        skip();
      } else if (peek() != ']') {
        throw wrong("',' or ']' is expected");
      }
    }
    at++;
    return new Many(values);
  }

  private Literal literal() {
    int from = at;
    while (isLetter(peek()) || isDigit(peek()) || peek() == '-' || peek() == '.') {
      at++;
    }
    String written = text.substring(from, at);
    if (!written.equals("true") && !written.equals("false") && !isNumber(written)) {
      throw wrong("a value is expected");
    }
    return new Literal(written);
  }

  private static boolean isNumber(String written) {
    String digits = written.startsWith("-") ? written.substring(1) : written;
    return !digits.isEmpty()
        && digits.length() < 19
        && (digits.length() == 1 || digits.charAt(0) != '0')
        && digits.chars().allMatch(c -> isDigit((char) c));
  }

  private String word() {
    int from = at;
    if (!isLetter(peek())) {
      throw wrong(peek() == END ? "it ends too early" : "a name is expected");
    }
    while (isLetter(peek()) || isDigit(peek()) || peek() == '-' || peek() == '.') {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
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
