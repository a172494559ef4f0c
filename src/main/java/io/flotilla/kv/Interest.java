package io.flotilla.kv;

/** What a watcher waits for. */
public record Interest(Kind kind, String path) implements KvMessage {
  /** One key, every key that starts with a prefix, or the list of sessions. */
  public enum Kind {
    KEY,
    PREFIX,
    SESSIONS
  }

  public static final Interest SESSIONS = new Interest(Kind.SESSIONS, "");

  public static Interest key(String key) {
    return new Interest(Kind.KEY, key);
  }

  public static Interest prefix(String prefix) {
    return new Interest(Kind.PREFIX, prefix);
  }
}
