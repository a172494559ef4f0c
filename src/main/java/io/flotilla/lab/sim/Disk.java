package io.flotilla.lab.sim;

import io.flotilla.lab.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node's disk. A message that leaves the node promises what was written before it, so only what
 * was written since can be lost by a power cut, as the tail of a disk's cache is.
 */
final class Disk implements Storage {
  private record Write(String key, Object value) {}

  private final SortedMap<String, Object> durable = new TreeMap<>();
  private final List<Write> unpromised = new ArrayList<>();

  @Override
  public <T> Optional<T> read(String key, Class<T> type) {
    for (int i = unpromised.size() - 1; i >= 0; i--) {
      if (unpromised.get(i).key().equals(key)) {
        return Optional.of(type.cast(unpromised.get(i).value()));
      }
    }
    return Optional.ofNullable(durable.get(key)).map(type::cast);
  }

  @Override
  public void write(String key, Object value) {
    unpromised.add(new Write(key, value));
  }

  /** The node has sent something that may rest on what it has written. */
  void promise() {
    keep(unpromised.size());
  }

  /** How many writes a power cut would lose. */
  int atRisk() {
    return unpromised.size();
  }

  /** The first {@code n} of the writes at risk reach the disk, the others are lost. */
  void keep(int n) {
    unpromised.subList(0, n).forEach(w -> durable.put(w.key(), w.value()));
    unpromised.clear();
  }
}
