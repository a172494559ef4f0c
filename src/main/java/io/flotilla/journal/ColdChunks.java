package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import java.util.AbstractList;
import java.util.List;

/**
 * The chunks of a snapshot that are in a state file and not in memory: each is read when asked for.
 */
final class ColdChunks extends AbstractList<byte[]> {
  private final List<Place> places;
  private final long bytes;

  ColdChunks(List<Place> places, long bytes) {
    this.places = List.copyOf(places);
    this.bytes = bytes;
  }

  /** Of all together. */
  long bytes() {
    return bytes;
  }

  @Override
  public byte[] get(int index) {
    return StateFormat.part(places.get(index), StatePart.Chunk.class).bytes();
  }

  @Override
  public int size() {
    return places.size();
  }
}
