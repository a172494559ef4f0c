package io.flotilla.kv;

import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The latest fencing token of each lock. A token is the index of the change that gave a key to a
 * new holder: it rises with every holder in the namespace and is never used again, whatever becomes
 * of the key. A token is good as long as it is found here, that is until the same lock is acquired
 * anew. See docs/decisions/0010-fencing-tokens.md.
 *
 * @param free the tokens of locks that nobody holds now. The lowest beyond {@link #MAX_FREE} are
 *     forgotten, and then refused: a mistake on the safe side.
 */
record Fences(PMap<String, Long> byLock, PMap<Long, String> byToken, TreePMap<Long, String> free) {
  static final int MAX_FREE = 20_000;

  record Token(long token, String lock) {}

  static Fences none() {
    return new Fences(HashTreePMap.empty(), HashTreePMap.empty(), TreePMap.empty());
  }

  /** These with stored ones, of locks of which some are held. */
  Fences with(List<Token> tokens, TreePMap<String, Entry> entries) {
    Fences all = this;
    for (Token t : tokens) {
      Entry entry = entries.get(t.lock());
      boolean held = entry != null && entry.fence() == t.token();
      all = all.acquired(t.lock(), t.token());
      all = held ? all : all.freed(t.lock());
    }
    return all;
  }

  boolean isLatest(long token) {
    return byToken.containsKey(token);
  }

  /** The lock got a new holder. */
  Fences acquired(String lock, long token) {
    Long old = byLock.get(lock);
    return new Fences(
        byLock.plus(lock, token),
        (old == null ? byToken : byToken.minus(old)).plus(token, lock),
        old == null ? free : free.minus(old));
  }

  /** The lock has no holder any more; its token stays the latest. */
  Fences freed(String lock) {
    Long token = byLock.get(lock);
    if (token == null) {
      return this;
    }
    TreePMap<Long, String> more = free.plus(token, lock);
    if (more.size() <= MAX_FREE) {
      return new Fences(byLock, byToken, more);
    }
    Long lowest = more.firstKey();
    return new Fences(byLock.minus(more.get(lowest)), byToken.minus(lowest), more.minus(lowest));
  }
}
