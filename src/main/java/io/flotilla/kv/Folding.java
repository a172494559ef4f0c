package io.flotilla.kv;

import java.util.List;

/**
 * Keys as Consul's {@code ?keys&separator=} has them: cut after the first separator behind the
 * prefix, and shown once. They come in order, so those of one folder follow one another.
 */
public final class Folding {
  private final String prefix;
  private final String separator;
  private String last = "";

  /**
   * @param separator empty: each key is shown
   */
  public Folding(String prefix, String separator) {
    this.prefix = prefix;
    this.separator = separator;
  }

  /**
   * @param key the next one with the prefix
   * @param shown gets what it is shown as, unless that was shown before
   */
  public void add(String key, List<String> shown) {
    int cut = separator.isEmpty() ? -1 : key.indexOf(separator, prefix.length());
    String folder = cut < 0 ? key : key.substring(0, cut + separator.length());
    if (!folder.equals(last)) {
      shown.add(folder);
      last = folder;
    }
  }
}
