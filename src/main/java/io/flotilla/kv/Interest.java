package io.flotilla.kv;

/** What a watcher waits for. */
public record Interest(Kind kind, String path) implements KvMessage {
  /** One key, every key that starts with a prefix, the list of sessions, or any change. */
  public enum Kind {
    KEY,
    PREFIX,
    SESSIONS,
    EVERYTHING
  }

  public static final Interest SESSIONS = new Interest(Kind.SESSIONS, "");

  public static final Interest EVERYTHING = new Interest(Kind.EVERYTHING, "");

  public static Interest key(String key) {
    return new Interest(Kind.KEY, key);
  }

  public static Interest prefix(String prefix) {
    return new Interest(Kind.PREFIX, prefix);
  }
}
