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
 * The keys of one namespace: strictly ordered, each change with the namespace's next index.
 *
 * <p>Keys are any non-empty text, values at most 512 KiB. Immutable; {@link #with} gives a view
 * that reads differently.
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

  /** The same keys, read with another promise of freshness. */
  public KeyValue with(Consistency other) {
    return new KeyValue(transport, namespace, other);
  }

  public CompletableFuture<Optional<Entry>> get(String key) {
    return transport.send(Call.read(read(key).toString())).thenApply(KeyValue::first);
  }

  /** All entries whose key begins with the prefix, in the order of their keys. */
  public CompletableFuture<List<Entry>> list(String prefix) {
    return transport
        .send(Call.read(read(prefix).add("recurse").toString()))
        .thenApply(KeyValue::entries);
  }

  /**
   * The keys that begin with the prefix, in order.
   *
   * @param separator keys are cut after its first occurrence behind the prefix and folded; null for
   *     whole keys
   */
  public CompletableFuture<List<String>> keys(String prefix, String separator) {
    Path path = read(prefix).add("keys").add("separator", separator);
    return transport
        .send(Call.read(path.toString()))
        .thenApply(a -> a.expect(200, 404).status() == 404 ? List.of() : Json.read(a, KEYS));
  }

  /**
   * The key once it has changed after an index, or as it is when the wait is over.
   *
   * @param index what the last {@link Change} said; 0 answers at once
   * @param wait at most 10 minutes
   */
  public CompletableFuture<Change> awaitChange(String key, long index, Duration wait) {
    Path path = read(key).add("index", Long.toString(index)).add("wait", wait.toMillis() + "ms");
    return transport
        .send(Call.read(path.toString()).waiting(wait.plus(wait.dividedBy(16))))
        .thenApply(
            a -> new Change(first(a), a.headers().firstValueAsLong("X-Consul-Index").orElse(0)));
  }

  /**
   * What {@link #awaitChange} saw. It may be the same as before: a return promises no change.
   *
   * @param index to hand to the next call
   */
  public record Change(Optional<Entry> entry, long index) {}

  /**
   * The keys under a prefix once one of them has changed after an index, or as they are when the
   * wait is over.
   */
  public CompletableFuture<Changes> awaitChanges(String prefix, long index, Duration wait) {
    Path path =
        read(prefix)
            .add("recurse")
            .add("index", Long.toString(index))
            .add("wait", wait.toMillis() + "ms");
    return transport
        .send(Call.read(path.toString()).waiting(wait.plus(wait.dividedBy(16))))
        .thenApply(
            a -> new Changes(entries(a), a.headers().firstValueAsLong("X-Consul-Index").orElse(0)));
  }

  /**
   * What {@link #awaitChanges} saw.
   *
   * @param index to hand to the next call
   */
  public record Changes(List<Entry> entries, long index) {}

  /**
   * A watch that tells every change under a prefix.
   *
   * @param index all changes after it are told; -1: from now on
   */
  public Watch watch(String prefix, long index) {
    return transport.watch(
        Path.of("/v1/watch", "").add("prefix", prefix).add("ns", namespace), index);
  }

  /** The same for all keys and for sessions too: the namespace's operations. */
  public Watch log(long index) {
    return transport.watch(
        Path.of("/v1/watch", "").add("prefix", "").add("sessions").add("ns", namespace), index);
  }

  /** The index of the namespace's last change. */
  public CompletableFuture<Long> index() {
    // What a key that nobody has is answered with.
    return awaitChange("\u0000", 0, Duration.ZERO).thenApply(Change::index);
  }

  /** After a {@code compacted} event: the oldest index that a watch can begin after. */
  public static long oldest(WatchEvent compacted) {
    return Json.number(compacted.json(), "OldestIndex");
  }

  /**
   * Sets the key and locks it for the session, unless another holds it.
   *
   * @return the holder's fencing token, or empty: nothing was done
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

  /** Several operations that are done together or not at all. */
  public Transaction transaction() {
    return new Transaction(transport, namespace);
  }

  /** Sets the key and unlocks it; false if the session does not hold it. */
  public CompletableFuture<Boolean> release(String key, byte[] value, String session) {
    return put(path(key).add("release", session), value);
  }

  /**
   * Sets the key, unless the token's lock was acquired by another since: then it fails with code
   * {@code stale-fencing-token}.
   */
  public CompletableFuture<Void> setFenced(String key, byte[] value, long token) {
    return put(path(key).add("fence", Long.toString(token)), value).thenApply(KeyValue::mustBeTrue);
  }

  public CompletableFuture<Void> set(String key, String value) {
    return set(key, value.getBytes(StandardCharsets.UTF_8));
  }

  public CompletableFuture<Void> set(String key, byte[] value) {
    return put(path(key), value).thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Sets with a number of the writer's own beside the value.
   *
   * @param flags taken as unsigned
   */
  public CompletableFuture<Void> set(String key, byte[] value, long flags) {
    return put(path(key).add("flags", Long.toUnsignedString(flags)), value)
        .thenApply(KeyValue::mustBeTrue);
  }

  /**
   * Sets if the key's last change is still the given one.
   *
   * @param modifyIndex 0: only if there is no such key
   * @return false if it has changed since; nothing was written then
   */
  public CompletableFuture<Boolean> compareAndSet(String key, byte[] value, long modifyIndex) {
    return put(path(key).add("cas", Long.toString(modifyIndex)), value);
  }

  /** Deletes the key; fine if there is none. */
  public CompletableFuture<Void> delete(String key) {
    return delete(path(key)).thenApply(KeyValue::mustBeTrue);
  }

  /** Deletes if the key's last change is still the given one; true if there is no such key. */
  public CompletableFuture<Boolean> compareAndDelete(String key, long modifyIndex) {
    return delete(path(key).add("cas", Long.toString(modifyIndex)));
  }

  /** Deletes every key that begins with the prefix, all at once. */
  public CompletableFuture<Void> deleteAll(String prefix) {
    return delete(path(prefix).add("recurse")).thenApply(KeyValue::mustBeTrue);
  }

  private CompletableFuture<Boolean> put(Path path, byte[] value) {
    return transport.send(Call.write("PUT", path.toString(), value)).thenApply(KeyValue::truth);
  }

  private CompletableFuture<Boolean> delete(Path path) {
    return transport.send(Call.write("DELETE", path.toString(), null)).thenApply(KeyValue::truth);
  }

  private Path path(String key) {
    return Path.of("/v1/kv/", key).add("ns", namespace);
  }

  private Path read(String key) {
    return path(key).addIf(consistency.parameter());
  }

  private static boolean truth(Answer answer) {
    return new String(answer.expect(200).body(), StandardCharsets.UTF_8).strip().equals("true");
  }

  /** An unconditional write has no reason to be declined. */
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
    return Json.read(answer, ROWS).stream().map(Row::entry).toList();
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
