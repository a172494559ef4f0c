package io.flotilla.client;

import java.time.Duration;

/**
 * What processes do together in one namespace, made of its keys and sessions as in Curator. Whoever
 * takes part has a session, and no longer takes part about one TTL after it has died. The page of
 * each recipe says what it can't promise. Immutable and thread-safe.
 *
 * <pre>{@code
 * try (Lock lock = flotilla.recipes().lock("jobs/nightly")) {
 *   long token = lock.acquire();
 * }
 * }</pre>
 */
public final class Recipes {
  static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

  private final KeyValue kv;
  private final Participant self;

  Recipes(KeyValue kv, Sessions sessions, Duration ttl) {
    this.kv = kv;
    this.self = new Participant(kv, sessions, "process " + ProcessHandle.current().pid(), ttl);
  }

  /**
   * {@return a lock, not yet acquired}
   *
   * @param key at most 4,050 bytes of UTF-8, as each contender has a longer one below it
   */
  public Lock lock(String key) {
    return new Lock(self, key);
  }

  /**
   * {@return the read lock to the {@link #lock} of this key, not yet acquired}
   *
   * @param key at most 4,045 bytes of UTF-8
   */
  public ReadLock readLock(String key) {
    return new ReadLock(self, key);
  }

  /**
   * {@return a semaphore, of which no permit is held yet}
   *
   * @param key at most 4,043 bytes of UTF-8; the permits are keys below it, and the key itself is
   *     not used
   * @param permits at least 1, and the same number for all contenders
   * @throws IllegalArgumentException if there is no permit
   */
  public Semaphore semaphore(String key, int permits) {
    return new Semaphore(self, key, permits);
  }

  /**
   * {@return an election, in which this candidate does not stand yet}
   *
   * @param name the key that holds the leader's name, limited as in {@link #lock}
   * @param candidate this candidate's name, for people
   */
  public Election election(String name, String candidate) {
    return new Election(self.named(candidate), name);
  }

  /**
   * {@return a barrier, which is up if somebody has raised it}
   *
   * @param key what exists while it is up
   */
  public Barrier barrier(String key) {
    return new Barrier(self, key);
  }

  /**
   * {@return a double barrier, not yet entered}
   *
   * @param key at most 4,040 bytes of UTF-8; the key itself is not used
   * @param participants at least 1, and the same number for all
   * @throws IllegalArgumentException if there is no participant
   */
  public DoubleBarrier doubleBarrier(String key, int participants) {
    return new DoubleBarrier(self, key, participants);
  }

  /**
   * {@return a counter}
   *
   * @param key whose value is the number
   */
  public Counter counter(String key) {
    return new Counter(kv, key);
  }

  /**
   * {@return a member of a group, which has not joined yet}
   *
   * @param group the members are keys below {@code GROUP/.members/}
   * @param id this member's, which no other has
   * @param data for the others; at most 512 KiB
   */
  public GroupMember groupMember(String group, String id, byte[] data) {
    return new GroupMember(self.named(id), group, id, data);
  }

  /**
   * Reads all keys under a prefix and follows their changes until it is closed.
   *
   * @param prefix empty: all keys
   * @param listener called about every change from now on
   * @return the cache, complete
   * @throws FlotillaException if the keys can't be read now
   */
  public PrefixCache cache(String prefix, PrefixCache.Listener listener) {
    return new PrefixCache(kv, prefix, listener);
  }
}
