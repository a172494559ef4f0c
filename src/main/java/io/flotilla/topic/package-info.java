/**
 * Brokered topics: many publishers, many subscribers, no disk.
 *
 * <p>{@link io.flotilla.topic.Topics} is a node's client of all topics. {@link
 * io.flotilla.topic.Topic} is the topic itself, a sharded actor that numbers messages and keeps the
 * latest in its {@link io.flotilla.topic.Buffer}, within the {@link io.flotilla.topic.Room} shared
 * by the topics of a node. {@link io.flotilla.topic.TopicFeed}, one per node and topic, reads from
 * it for all subscribers on that node.
 *
 * <p>Guarantees: all subscribers see the messages of a topic in the same order, each at most once
 * under one id. A publisher gets its answer once the topic has the message. Not guaranteed: that
 * messages survive. A topic that moves to another node starts afresh. Subscribers then receive a
 * gap, which says that messages <em>may</em> be missing; it is never omitted when some are. Data
 * that must not be lost belongs in the key-value store, with a watch on it.
 */
package io.flotilla.topic;
