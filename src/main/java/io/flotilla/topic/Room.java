package io.flotilla.topic;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The room that the topics living on this node share: each may fill an equal part of it, or less if
 * its own limit is lower.
 */
public final class Room {
  /**
   * @param topics that may live on this node
   * @param bytes that the messages of all of them may occupy
   * @param topicMessages that one topic keeps
   * @param topicBytes that one topic keeps
   */
  public record Limits(int topics, long bytes, int topicMessages, long topicBytes) {}

  private final Limits limits;
  private final AtomicInteger topics = new AtomicInteger();

  public Room(Limits limits) {
    this.limits = limits;
  }

  /** False if there are too many topics; otherwise {@link #leave} must follow some day. */
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

  /** What one topic may occupy, as many as there are now. */
  long share() {
    return Math.min(limits.topicBytes(), limits.bytes() / Math.max(1, topics.get()));
  }
}
