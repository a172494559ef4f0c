/**
 * Brokered topics: many publishers, many subscribers, no disk.
 *
 * <p>{@link io.flotilla.topic.Topics} is a node's client of all topics. {@link
 * io.flotilla.topic.Topic} is the topic itself, a sharded actor that numbers messages and keeps the
 * latest of them in its {@link io.flotilla.topic.Buffer}, within the {@link io.flotilla.topic.Room}
 * that the topics of a node share. {@link io.flotilla.topic.TopicFeed}, one per node and topic,
 * reads from it and tells all subscribers on that node.
 *
 * <p>What is promised: the messages of a topic have one order, the same for all subscribers, and
 * each comes at most once under one id. A publisher is answered once the topic has its message.
 * What is not: a topic that moves to another node begins anew. Subscribers are told of that with a
 * gap, which says that messages <em>may</em> be missing; it is never left out when some are. What
 * must not be lost belongs into the key-value store, with a watch on it.
 */
package io.flotilla.topic;
