package io.flotilla.memory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map of so many: beyond that, what has not been used for longest is forgotten. Not for several
 * threads.
 */
public final class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int most;

  public Recent(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
