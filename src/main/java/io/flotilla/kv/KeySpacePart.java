package io.flotilla.kv;

import java.util.List;

/**
 * A part of a checkpoint of a key space. One after the other they make the state; the numbers are
 * the same in each.
 */
record KeySpacePart(
    long index,
    long tombstoneFloor,
    long sessionIndex,
    long historyFloor,
    List<Entry> entries,
    List<Tombstones.Tombstone> tombstones,
    List<Session> sessions,
    List<Fences.Token> tokens,
    List<LockDelays.Delay> delays,
    List<KvEvent> history) {}
