package io.flotilla.topic;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory shared by the topics on this node: each may fill an equal part of it, or less if its
 * own limit is lower.
 */
public final class Room {
  /**
   * @param topics allowed on this node
   * @param bytes that the messages of all topics may occupy
   * @param topicMessages kept by one topic
   * @param topicBytes kept by one topic
   */
  public record Limits(int topics, long bytes, int topicMessages, long topicBytes) {}

  private final Limits limits;
  private final AtomicInteger topics = new AtomicInteger();

  public Room(Limits limits) {
    this.limits = limits;
  }

  /** False if there are too many topics; otherwise {@link #leave} must be called eventually. */
  boolean enter() {
    if (topics.incrementAndGet() <= limits.topics()) {
      return true;
    }
    topics.decrementAndGet();
    return false;
  }

  void leave() {
    topics.decrementAndGet();
  }

  int messages() {
    return limits.topicMessages();
  }

  /** What one topic may occupy, given their current number. */
  long share() {
    return Math.min(limits.topicBytes(), limits.bytes() / Math.max(1, topics.get()));
  }
}
