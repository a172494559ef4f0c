package io.flotilla.examples.sensors;

import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The average of the measurements that are there. */
final class Average {
  private Average() {}

  /** Empty when no sensor lives. One that vanishes while the others are read is skipped. */
  static OptionalDouble of(KeyValue kv) {
    List<Double> values = new ArrayList<>();
    for (String key : Flotilla.await(kv.keys(Measurement.PREFIX, null))) {
      Optional<Entry> entry = Flotilla.await(kv.get(key));
      entry.flatMap(Average::number).ifPresent(values::add);
    }
    return values.stream().mapToDouble(Double::doubleValue).average();
  }

  private static Optional<Double> number(Entry entry) {
    try {
      return Optional.of(Double.parseDouble(entry.text()));
    } catch (NumberFormatException e) {
      return Optional.empty(); // somebody else's key
    }
  }
}
