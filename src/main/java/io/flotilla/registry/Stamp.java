package io.flotilla.registry;

/**
 * When a record of the catalog came and when it last changed, as indexes of these changes.
 *
 * @param createIndex 0 until it is applied, unless it replaces what was there before
 * @param modifyIndex 0 until it is applied
 */
public record Stamp(long createIndex, long modifyIndex) {
  public static final Stamp NONE = new Stamp(0, 0);

  /** Of what replaces this; only its change will say when. */
  Stamp replaced() {
    return new Stamp(createIndex, 0);
  }

  /** Of what the change with this index brings. */
  Stamp appliedAt(long index) {
    return new Stamp(createIndex == 0 ? index : createIndex, index);
  }
}
