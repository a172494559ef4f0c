/**
 * What every kind of sharded, persistent entity has in common, whatever it holds: batches, answers
 * that leave once the log has confirmed them, and reads that wait for a change.
 *
 * <p>Parts, in the order a request meets them: {@link io.flotilla.entity.Door}, with a bounded
 * number of requests inside. {@link io.flotilla.entity.Gateway}, one per node and namespace, lets
 * requests wait while one batch is under way and then sends all that waited as the next batch.
 * {@link io.flotilla.entity.EntityActor} is the entity itself: it lets its {@link
 * io.flotilla.entity.Model} decide a batch on an immutable {@link io.flotilla.entity.EntityState},
 * stores it as one event and answers.
 *
 * <p>Reads are linearizable: they are evaluated on the state as it is when they arrive and answered
 * once the log has confirmed ({@link io.flotilla.entity.ReadBarrier}) that this actor is still the
 * only one that may write. Watches are hints: the entity tells a gateway that something it asked
 * about has changed ({@link io.flotilla.entity.Interest}), and the gateway reads again.
 *
 * <p>A new kind of entity defines its {@link io.flotilla.entity.Operation}s and {@link
 * io.flotilla.entity.Result}s, a state with its changes, a {@link
 * io.flotilla.entity.BatchDecision}, a model, and an {@link io.flotilla.entity.EntityCodec}.
 */
package io.flotilla.entity;
