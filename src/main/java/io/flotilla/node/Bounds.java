package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * Settings that must lie between two values, both included.
 *
 * @param config at flotilla
 */
record Bounds(Config config) {
  int number(String key, int least, int most) {
    return within(key, config.getInt(key), least, most);
  }

  double part(String key, double least, double most) {
    return within(key, config.getDouble(key), least, most);
  }

  long bytes(String key, long least, long most) {
    return within(key, config.getBytes(key), least, most);
  }

  Duration duration(String key, Duration least, Duration most) {
    within(key, config.getDuration(key).toMillis(), least.toMillis(), most.toMillis(), " ms");
    return config.getDuration(key);
  }

  private static <T extends Comparable<T>> T within(String key, T given, T least, T most) {
    return within(key, given, least, most, "");
  }

  private static <T extends Comparable<T>> T within(
      String key, T given, T least, T most, String unit) {
    if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
      throw bad(key, "must be from " + least + " to " + most + unit + ", but is " + given + unit);
    }
    return given;
  }

  static ConfigException bad(String key, String message) {
    return new ConfigException.Generic("flotilla." + key + ": " + message);
  }
}
