package io.flotilla.examples.sensors;

import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The average of all current measurements. */
final class Average {
  private Average() {}

  /** Returns empty if no sensor lives. One that vanishes during the reads is skipped. */
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
      return Optional.empty(); // a key of something else
    }
  }
}
