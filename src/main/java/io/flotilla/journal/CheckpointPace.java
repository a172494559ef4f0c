package io.flotilla.journal;

/**
 * When the next state file is due. What was written since the last one is held in memory and read
 * again at a start, so that it should be in proportion to the state: half of it, but enough for a
 * small state that files aren't written all the time. An entity's snapshot is soon in a file: once
 * it is complete, less has to be there since the last one.
 *
 * @param mostBytes of log between two state files
 * @param mostEntries of log between two state files
 */
record CheckpointPace(long mostBytes, long mostEntries) {
  private static final long SMALL = 16 << 20;

  /**
   * @param bytes of log since the last state file
   * @param entries of log since the last state file
   * @param state bytes of the last state file, 0 if there is none
   * @param snapshot whether an entity's snapshot was completed since then
   */
  boolean isDue(long bytes, long entries, long state, boolean snapshot) {
    long enough = snapshot ? SMALL : Math.max(SMALL, state / 2);
    return entries >= mostEntries || bytes >= Math.min(mostBytes, enough);
  }
}
