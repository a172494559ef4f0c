package io.flotilla.topic;

import akka.util.ByteString;
import io.flotilla.shared.Listener;

/**
 * Who subscribes to a topic on this node: is told every message once, in order. Called by one
 * thread at a time; must not block.
 */
public interface Subscriber extends Listener {
  /** Every message after this place will be told. Only for who subscribed without a place. */
  void started(Position at);

  /** The next messages, as {@link Encoder} made them. */
  void messages(ByteString encoded);

  /** Messages may be missing before this place; every message after it will be told. */
  void gap(Position at);

  /** Makes of messages what is sent, once for all subscribers of a topic on this node. */
  @FunctionalInterface
  interface Encoder {
    /**
     * @param after the place of the message before the first of these
     */
    ByteString encode(Position after, java.util.List<byte[]> messages);
  }
}
