package io.flotilla.wire;

/**
 * Ends what an id has from a backup. The log itself puts it there, so no actor has stored it; who
 * reads it may have given out more meanwhile than the backup knows of.
 *
 * @param logIndex up to which the log may have stored anything for the id
 */
public record Restored(long logIndex) implements StoredMessage {}
