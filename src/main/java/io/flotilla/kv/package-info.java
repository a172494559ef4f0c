/**
 * The key-value store.
 *
 * <p>Parts, in the order a request meets them: {@link io.flotilla.kv.KeyValueStore} is the door,
 * with a bounded number of requests inside. {@link io.flotilla.kv.Gateway}, one per node and
 * namespace, lets requests wait while one batch is under way and then sends all that waited as the
 * next batch. {@link io.flotilla.kv.KeySpace} is the namespace itself: a sharded, persistent actor
 * that decides a batch on its immutable {@link io.flotilla.kv.KeySpaceState}, stores it as one
 * event and answers.
 *
 * <p>Reads are linearizable: they are evaluated on the state as it is when they arrive and answered
 * once the log has confirmed that this actor is still the only one that may write. Watches are
 * hints: the key space tells a gateway that something it asked about has changed, and the gateway
 * reads again. A {@link io.flotilla.kv.Feed} makes a lossless watch of that: it reads every change
 * since the last it told from the key space's {@link io.flotilla.kv.History}.
 *
 * <p>Sessions live beside the keys they lock, so that acquire, expiry and release are one ordered
 * history: {@link io.flotilla.kv.Sessions} who holds what, {@link io.flotilla.kv.Fences} the latest
 * token of each lock, {@link io.flotilla.kv.LockDelays} what can't be acquired yet, {@link
 * io.flotilla.kv.Deadlines} when a session expires. Health checks are known by {@link
 * io.flotilla.kv.SessionChecks} and {@link io.flotilla.kv.Op.FailCheck} only.
 */
package io.flotilla.kv;
