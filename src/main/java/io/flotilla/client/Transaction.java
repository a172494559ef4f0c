package io.flotilla.client;

import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Up to 128 operations on the keys of one namespace that are done together or not at all.
 *
 * <pre>{@code
 * boolean created =
 *     kv.transaction().create("form/1", json).set("by-gender/f/1", none).commit().join();
 * }</pre>
 *
 * <p>For one use, by one thread.
 */
public final class Transaction {
  private final Transport transport;
  private final String namespace;
  private final List<String> ops = new ArrayList<>();

  Transaction(Transport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  public Transaction set(String key, byte[] value) {
    return add("Verb", "set", "Key", key, "Value", base64(value));
  }

  /** Fails the transaction if there is such a key. */
  public Transaction create(String key, byte[] value) {
    add("Verb", "check-not-exists", "Key", key);
    return set(key, value);
  }

  public Transaction delete(String key) {
    return add("Verb", "delete", "Key", key);
  }

  /** Fails the transaction unless the session holds the key's lock. */
  public Transaction checkSession(String key, String session) {
    return add("Verb", "check-session", "Key", key, "Session", session);
  }

  /** Fails the transaction if another session holds the key's lock. */
  public Transaction lock(String key, byte[] value, String session) {
    return add("Verb", "lock", "Key", key, "Value", base64(value), "Session", session);
  }

  /**
   * @return false if one of the operations failed; then nothing was done
   */
  public CompletableFuture<Boolean> commit() {
    String path = Path.of("/v1/txn", "").add("ns", namespace).toString();
    byte[] body = ("[" + String.join(",", ops) + "]").getBytes(StandardCharsets.UTF_8);
    return transport
        .send(Call.write("PUT", path, body))
        .thenApply(a -> a.expect(200, 409).status() == 200);
  }

  private Transaction add(String... fields) {
    ops.add("{\"KV\":" + Json.object(fields) + "}");
    return this;
  }

  private static String base64(byte[] value) {
    return Base64.getEncoder().encodeToString(value);
  }
}
