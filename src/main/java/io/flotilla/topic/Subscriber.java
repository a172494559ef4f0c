package io.flotilla.topic;

import akka.util.ByteString;
import io.flotilla.shared.Listener;

/**
 * A subscriber to a topic on this node; receives every message once, in order. Called by one thread
 * at a time; must not block.
 */
public interface Subscriber extends Listener {
  /** Every message after this place will follow. Called only if the subscription named no place. */
  void started(Position at);

  /** The next messages, encoded by the {@link Encoder}. */
  void messages(ByteString encoded);

  /** Messages may be missing before this place; every message after it will follow. */
  void gap(Position at);

  /** Encodes messages for sending, once for all subscribers to a topic on this node. */
  @FunctionalInterface
  interface Encoder {
    /**
     * @param after the place of the message before the first one
     */
    ByteString encode(Position after, java.util.List<byte[]> messages);
  }
}
