/**
 * The key-value store.
 *
 * <p>{@link io.flotilla.kv.KeySpace} is a namespace, an entity in the sense of {@link
 * io.flotilla.entity}: {@link io.flotilla.kv.KeyValueStore} is a node's client of all key spaces;
 * {@link io.flotilla.kv.KeyOp}, {@link io.flotilla.kv.LockOp}, {@link io.flotilla.kv.SessionOp} and
 * {@link io.flotilla.kv.Txn} are what can be asked and done, {@link io.flotilla.kv.KeySpaceState}
 * is what it holds, and {@link io.flotilla.kv.KeySpaceDraft} the same while a batch is decided.
 *
 * <p>A {@link io.flotilla.kv.ChangeFeed} makes a lossless watch of reads that wait: it reads every
 * change since the last one that it passed on from the key space's {@link io.flotilla.kv.History}.
 *
 * <p>Sessions live with the keys they lock, so that acquire, expiry and release are one ordered
 * history: {@link io.flotilla.kv.Sessions} who holds what, {@link io.flotilla.kv.Fences} the latest
 * token of each lock, {@link io.flotilla.kv.LockDelays} what can't be acquired yet, {@link
 * io.flotilla.entity.Deadlines} when a session expires. Health checks are known by {@link
 * io.flotilla.kv.SessionChecks} and {@link io.flotilla.kv.SessionOp.FailCheck} only.
 */
package io.flotilla.kv;
