package io.flotilla.kv;

/** Marks what is stored, in the explicit form of {@link KvCodec}. */
interface Stored {}
