package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The keys of one namespace: one ordered history, in which each change has an index of its own,
 * higher than all before (<a href="https://developer.hashicorp.com/consul/api-docs/kv">Consul's
 * key/value store</a>).
 *
 * <p>A key is any text of 1 to 4,096 bytes of UTF-8, a value at most 512 KiB. Keys are listed in
 * the order of their bytes.
 *
 * <p>Futures fail with a {@link FlotillaException}, whose page lists the codes; methods name only
 * those of their own. A write whose result was not learned fails with {@link
 * OutcomeUnknownException}.
 *
 * <p>Immutable and thread-safe; {@link #with} gives a view that reads differently.
 */
public final class KeyValue {
  private static final TypeReference<List<Row>> ROWS = new TypeReference<>() {};
  private static final TypeReference<List<String>> KEYS = new TypeReference<>() {};

  private final Transport transport;
  private final String namespace;
  private final Consistency consistency;

  KeyValue(Transport transport, String namespace, Consistency consistency) {
    this.transport = transport;
    this.namespace = namespace;
    this.consistency = consistency;
  }

  /**
   * {@return the same keys, read with another consistency}
   *
   * @param other how fresh reads must be, including the blocking ones; watches and writes do not
   *     depend on it
   */
  public KeyValue with(Consistency other) {
    return new KeyValue(transport, namespace, other);
  }

  /**
   * {@return the entry of the key, empty if there is none}
   *
   * @param key its whole name
   */
  public CompletableFuture<Optional<Entry>> get(String key) {
    return transport.send(Call.read(read(key).toString())).thenApply(KeyValue::first);
  }

  /**
   * {@return all entries whose key begins with the prefix, in the order of their keys}
   *
   * @param prefix empty: all keys
   */
  public CompletableFuture<List<Entry>> list(String prefix) {
    return transport
        .send(Call.read(read(prefix).add("recurse").toString()))
        .thenApply(KeyValue::entries);
  }

  /**
   * {@return the keys that begin with the prefix, in order}
   *
   * @param prefix empty: all keys
   * @param separator keys are cut after its first occurrence behind the prefix, and what is then
   *     equal is listed once; null: whole keys
   */
  public CompletableFuture<List<String>> keys(String prefix, String separator) {
    UrlPath path = read(prefix).add("keys").add("separator", separator);
    return transport
        .send(Call.read(path.toString()))
        .thenApply(a -> a.expect(200, 404).status() == 404 ? List.of() : Jackson.read(a, KEYS));
  }

  /**
   * Waits for a change of one key (<a
   * href="https://developer.hashicorp.com/consul/api-docs/features/blocking">Consul's blocking
   * queries</a>).
   *
   * @param key its whole name
   * @param index the index of the last {@link Change}; 0 answers at once
   * @param wait at most 10 minutes, to which the server adds up to a sixteenth; 0 answers at once
   * @return the key once it has changed after the index, or as it is when the wait is over
   */
  public CompletableFuture<Change> awaitChange(String key, long index, Duration wait) {
    return transport
        .send(waiting(read(key), index, wait))
        .thenApply(
            a -> new Change(first(a), a.headers().firstValueAsLong("X-Consul-Index").orElse(0)));
  }

  /**
   * What {@link #awaitChange} saw. It may be the same as before.
   *
   * @param entry empty if there is no such key
   * @param index to pass to the next call; not comparable between namespaces
   */
  public record Change(Optional<Entry> entry, long index) {}

  /**
   * Waits for a change under a prefix. While there is no such key, any change in the prefix's
   * folder ends the wait.
   *
   * @param prefix empty: all keys
   * @param index the index of the last {@link Changes}; 0 answers at once
   * @param wait at most 10 minutes, to which the server adds up to a sixteenth; 0 answers at once
   * @return all entries under the prefix once one of them has changed after the index, or as they
   *     are when the wait is over
   */
  public CompletableFuture<Changes> awaitChanges(String prefix, long index, Duration wait) {
    return transport
        .send(waiting(read(prefix).add("recurse"), index, wait))
        .thenApply(
            a -> new Changes(entries(a), a.headers().firstValueAsLong("X-Consul-Index").orElse(0)));
  }

  /** To the server a wait of 0 is one of five minutes, so it isn't asked to wait at all. */
  private static Call waiting(UrlPath path, long index, Duration wait) {
    if (wait.isZero()) {
      return Call.read(path.toString());
    }
    path.add("index", Long.toString(index)).add("wait", Math.max(1, wait.toMillis()) + "ms");
    return Call.read(path.toString()).waiting(wait.plus(wait.dividedBy(16)));
  }

  /**
   * What {@link #awaitChanges} saw. It may be the same as before.
   *
   * @param entries in the order of their keys
   * @param index to pass to the next call; not comparable between namespaces
   */
  public record Changes(List<Entry> entries, long index) {}

  /**
   * {@return a watch of every change under a prefix; {@link Watch#run} starts it}
   *
   * @param prefix empty: all keys
   * @param index the watch starts after this change; -1: now. If changes after it are forgotten (a
   *     namespace keeps the latest 4 MiB), it ends with {@code compacted} at once
   */
  public Watch watch(String prefix, long index) {
    return transport.watch(
        UrlPath.of("/v1/watch", "").add("prefix", prefix).add("ns", namespace), index);
  }

  /**
   * {@return a watch of every change of the namespace, of keys as well as sessions}
   *
   * @param index as in {@link #watch}
   */
  public Watch log(long index) {
    return transport.watch(
        UrlPath.of("/v1/watch", "").add("prefix", "").add("sessions").add("ns", namespace), index);
  }

  /** {@return the index of the namespace's last change, at least 1} */
  public CompletableFuture<Long> index() {
    // A missing key is answered with the namespace's index.
    return awaitChange("\u0000", 0, Duration.ZERO).thenApply(Change::index);
  }

  /**
   * {@return the oldest index after which a watch can start}
   *
   * @param compacted an event of this name
   */
  public static long oldest(WatchEvent compacted) {
    return Jackson.number(compacted.json(), "OldestIndex");
  }

  /**
   * Sets the key and locks it for the session, unless another session holds it or its lock-delay is
   * not over. A lock is advisory: it does not stop other writes.
   *
   * <p>Fails with code {@code unknown-session} if the session does not exist. If the outcome is
   * unknown, acquire again: the holder gets the token it has.
   *
   * @param key what to lock
   * @param value its new value
   * @param session its id
   * @return the fencing token, higher than that of every holder before; empty if nothing was done
   */
  public CompletableFuture<OptionalLong> acquire(String key, byte[] value, String session) {
    return transport
        .send(Call.write("PUT", path(key).add("acquire", session).toString(), value))
        .thenApply(
            a ->
                truth(a)
                    ? a.headers().firstValueAsLong("X-Flotilla-Fencing-Token")
                    : OptionalLong.empty());
  }

  /** {@return an empty transaction: operations that are done together or not at all} */
  public Transaction transaction() {
    return new Transaction(transport, namespace);
  }

  /**
   * Sets the key and unlocks it.
   *
   * @param key what to unlock
   * @param value its new value
   * @param session the holder's id
   * @return false if the session does not hold the key; nothing was done then
   */
  public CompletableFuture<Boolean> release(String key, byte[] value, String session) {
    return put(path(key).add("release", session), value);
  }

  /**
   * Sets the key if the token is the latest of its lock, otherwise fails with code {@code
   * stale-fencing-token} and writes nothing. A token stays valid after a release, until the lock is
   * acquired again.
   *
   * @param key any key of the lock's namespace; the lock itself is not named
   * @param value its new value
   * @param token what {@link Lock#acquire} or {@link #acquire} returned
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> setFenced(String key, byte[] value, long token) {
    return put(path(key).add("fence", Long.toString(token)), value).thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Sets the key, as {@link #set(String, byte[])} does.
   *
   * @param key its whole name
   * @param value sent as UTF-8
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> set(String key, String value) {
    return set(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets the key, and its flags to 0. Setting what is there already changes no index and wakes
   * nobody.
   *
   * @param key its whole name
   * @param value at most 512 KiB
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> set(String key, byte[] value) {
    return put(path(key), value).thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Sets the key together with a number of the writer's own.
   *
   * @param key its whole name
   * @param value at most 512 KiB
   * @param flags any number, taken as unsigned
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> set(String key, byte[] value, long flags) {
    return put(path(key).add("flags", Long.toUnsignedString(flags)), value)
        .thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Sets the key if its last change is still the given one.
   *
   * @param key its whole name
   * @param value at most 512 KiB
   * @param modifyIndex what {@link Entry#modifyIndex} said; 0: only if there is no such key
   * @return false if the key has changed since; nothing was written then
   */
  public CompletableFuture<Boolean> compareAndSet(String key, byte[] value, long modifyIndex) {
    return put(path(key).add("cas", Long.toString(modifyIndex)), value);
  }

  /**
   * Deletes the key, if it exists.
   *
   * @param key its whole name
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> delete(String key) {
    return delete(path(key)).thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Deletes the key if its last change is still the given one.
   *
   * @param key its whole name
   * @param modifyIndex what {@link Entry#modifyIndex} said
   * @return true if the key no longer exists; false if it has changed since
   */
  public CompletableFuture<Boolean> compareAndDelete(String key, long modifyIndex) {
    return delete(path(key).add("cas", Long.toString(modifyIndex)));
  }

  /**
   * Deletes every key that begins with the prefix, all in one change.
   *
   * @param prefix empty: all keys of the namespace
   * @return completes once a majority has it on disk
   */
  public CompletableFuture<Void> deleteAll(String prefix) {
    return delete(path(prefix).add("recurse")).thenApply(KeyValue::mustBeTrue);
  }

  private CompletableFuture<Boolean> put(UrlPath path, byte[] value) {
    return transport.send(Call.write("PUT", path.toString(), value)).thenApply(KeyValue::truth);
  }

  private CompletableFuture<Boolean> delete(UrlPath path) {
    return transport.send(Call.write("DELETE", path.toString(), null)).thenApply(KeyValue::truth);
  }

  private UrlPath path(String key) {
    return UrlPath.of("/v1/kv/", key).add("ns", namespace);
  }

  private UrlPath read(String key) {
    return path(key).addIf(consistency.parameter());
  }

  private static boolean truth(Answer answer) {
    return new String(answer.expect(200).body(), StandardCharsets.UTF_8).strip().equals("true");
  }

  /** There is no reason to decline an unconditional write. */
  private static Void mustBeTrue(boolean done) {
    if (!done) {
      throw new FlotillaException(
          200, FlotillaException.BAD_ANSWER, "the write was declined without a reason", null);
    }
    return null;
  }

  private static Optional<Entry> first(Answer answer) {
    return entries(answer).stream().findFirst();
  }

  private static List<Entry> entries(Answer answer) {
    if (answer.expect(200, 404).status() == 404) {
      return List.of();
    }
    return Jackson.read(answer, ROWS).stream().map(Row::entry).toList();
  }

  /** An entry in Consul's JSON; flags may exceed a signed long. */
  private record Row(
      String key,
      byte[] value,
      BigInteger flags,
      long createIndex,
      long modifyIndex,
      long lockIndex,
      String session) {
    Entry entry() {
      return new Entry(
          key,
          value == null ? new byte[0] : value,
          flags == null ? 0 : flags.longValue(),
          createIndex,
          modifyIndex,
          lockIndex,
          session);
    }
  }
}
