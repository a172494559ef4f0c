package io.flotilla.entity;

/** What a write changed, to be applied without any further decision. */
public interface Fact {
  /** The entity's index of this change; each change has one of its own. */
  long index();

  /** Roughly what it occupies in the log. */
  long bytes();
}
