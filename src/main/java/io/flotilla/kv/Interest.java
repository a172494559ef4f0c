package io.flotilla.kv;

/** What a watcher waits for: one key, or every key that starts with a prefix. */
public record Interest(boolean isPrefix, String path) implements KvMessage {
  public static Interest key(String key) {
    return new Interest(false, key);
  }

  public static Interest prefix(String prefix) {
    return new Interest(true, prefix);
  }
}
