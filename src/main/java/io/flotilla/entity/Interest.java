package io.flotilla.entity;

/** What a watcher waits for. */
public record Interest(Kind kind, String path) {
  /**
   * One key, every key that starts with a prefix, something with a name of its own (the list of
   * sessions, say), or any change.
   */
  public enum Kind {
    KEY,
    PREFIX,
    NAMED,
    EVERYTHING
  }

  public static final Interest EVERYTHING = new Interest(Kind.EVERYTHING, "");

  public static Interest key(String key) {
    return new Interest(Kind.KEY, key);
  }

  public static Interest prefix(String prefix) {
    return new Interest(Kind.PREFIX, prefix);
  }

  public static Interest named(String name) {
    return new Interest(Kind.NAMED, name);
  }
}
