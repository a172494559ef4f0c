package io.flotilla.client;

import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Operations on the keys of one namespace that are done together or not at all, each on what the
 * ones before it did (<a href="https://developer.hashicorp.com/consul/api-docs/txn">Consul's
 * transactions</a>).
 *
 * <pre>{@code
 * boolean created =
 *     kv.transaction().create("form/1", json).set("by-gender/f/1", none).commit().join();
 * }</pre>
 *
 * <p>At most 128 operations and 1 MiB of JSON, in which values are in Base64. For one use, by one
 * thread.
 */
public final class Transaction {
  private final Transport transport;
  private final String namespace;
  private final List<String> ops = new ArrayList<>();

  Transaction(Transport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  /**
   * Sets a key.
   *
   * @param key its whole name
   * @param value at most 512 KiB
   * @return this transaction
   */
  public Transaction set(String key, byte[] value) {
    return add("Verb", "set", "Key", key, "Value", base64(value));
  }

  /**
   * Sets a key; fails the transaction if it exists. Counts as two operations.
   *
   * @param key its whole name
   * @param value at most 512 KiB
   * @return this transaction
   */
  public Transaction create(String key, byte[] value) {
    add("Verb", "check-not-exists", "Key", key);
    return set(key, value);
  }

  /**
   * Deletes a key, if it exists.
   *
   * @param key its whole name
   * @return this transaction
   */
  public Transaction delete(String key) {
    return add("Verb", "delete", "Key", key);
  }

  /**
   * Fails the transaction unless the session holds the key's lock.
   *
   * @param key what is locked
   * @param session the id of the expected holder
   * @return this transaction
   */
  public Transaction checkSession(String key, String session) {
    return add("Verb", "check-session", "Key", key, "Session", session);
  }

  /**
   * Sets a key and locks it; fails the transaction if another session holds it, its lock-delay is
   * not over, or there is no such session.
   *
   * @param key what to lock
   * @param value its new value
   * @param session its id
   * @return this transaction
   */
  public Transaction lock(String key, byte[] value, String session) {
    return add("Verb", "lock", "Key", key, "Value", base64(value), "Session", session);
  }

  /**
   * Does all operations. Fails with code {@code too-many-operations} or {@code body-too-large} if
   * there is too much in it.
   *
   * @return true once a majority has all of it on disk; false if one of the operations failed, and
   *     nothing was done
   */
  public CompletableFuture<Boolean> commit() {
    String path = UrlPath.of("/v1/txn", "").add("ns", namespace).toString();
    byte[] body = ("[" + String.join(",", ops) + "]").getBytes(StandardCharsets.UTF_8);
    return transport
        .send(Call.write("PUT", path, body))
        .thenApply(a -> a.expect(200, 409).status() == 200);
  }

  private Transaction add(String... fields) {
    ops.add("{\"KV\":" + Jackson.object(fields) + "}");
    return this;
  }

  private static String base64(byte[] value) {
    return Base64.getEncoder().encodeToString(value);
  }
}
