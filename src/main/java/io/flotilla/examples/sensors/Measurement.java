package io.flotilla.examples.sensors;

import io.flotilla.client.Flotilla;
import io.flotilla.client.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The key of one sensor, which exists as long as the sensor lives. Not thread-safe. */
final class Measurement implements AutoCloseable {
  static final String PREFIX = "mediciones/";

  private final Flotilla flotilla;
  private final String key;
  private final Duration ttl;
  private Lease lease;

  Measurement(Flotilla flotilla, String id, Duration ttl) {
    this.flotilla = flotilla;
    this.key = PREFIX + "app" + id;
    this.ttl = ttl;
  }

  /**
   * Publishes a value.
   *
   * @return false while the key still belongs to a sensor of the same id that died a moment ago
   */
  synchronized boolean publish(double value) {
    if (lease == null || !lease.isAlive()) {
      lease = flotilla.lease(key, ttl);
    }
    byte[] text = Double.toString(value).getBytes(StandardCharsets.UTF_8);
    return Flotilla.await(flotilla.kv().acquire(key, text, lease.id())).isPresent();
  }

  /** Deletes the key before it returns. */
  @Override
  public synchronized void close() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
