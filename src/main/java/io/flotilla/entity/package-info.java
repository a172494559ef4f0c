/**
 * What every kind of sharded, persistent entity has in common, whatever it holds: batches, answers
 * that leave once the log has confirmed them, and reads that wait for a change.
 *
 * <p>Parts, in the order a request meets them: {@link io.flotilla.entity.EntityClient}, with a
 * bounded number of requests inside. {@link io.flotilla.entity.Gateway}, one per node and
 * namespace, lets requests wait while one batch is under way and then sends all that waited as the
 * next batch: through the shard, or straight to where the entity was last. {@link
 * io.flotilla.entity.EntityActor} is the entity itself: the operations of a batch decide themselves
 * on a {@link io.flotilla.entity.Draft} of its immutable {@link io.flotilla.entity.EntityState}; it
 * stores what they changed as one event, and answers. Its {@link io.flotilla.entity.Model} makes it
 * one of its kind.
 *
 * <p>Reads are linearizable: they are evaluated on the state as it is when they arrive and answered
 * once the log has confirmed ({@link io.flotilla.entity.ReadBarrier}) that this actor is still the
 * only one that may write. Watches are hints: the entity tells a gateway that something it asked
 * about has changed ({@link io.flotilla.entity.Interest}), and the gateway reads again.
 *
 * <p>What is stored are records, each with its message (see {@link io.flotilla.wire}): {@link
 * io.flotilla.entity.Committed} is the event, a checkpoint is made of the parts of the state and
 * stored beside the work ({@link io.flotilla.entity.Checkpoints}). {@link
 * io.flotilla.entity.Recovery} takes care that nothing is lost of what a later version has stored.
 *
 * <p>A new kind of entity defines a state with its changes and parts, a draft, its {@link
 * io.flotilla.entity.Operation}s and {@link io.flotilla.entity.Result}s, the messages of all these,
 * a model and an {@link io.flotilla.entity.EntityClient} of its own. The tests have a small one,
 * {@code examples.counter}, which docs/actors.md explains.
 */
package io.flotilla.entity;
