package io.flotilla.entity;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The last batch that was stored for each gateway, with the results of its writes: a gateway that
 * got no answer sends its batch again, and is answered as before.
 */
public record LastBatches(PMap<String, LastBatch> byGateway) {
  static final int MAX = 256;

  public record LastBatch(long number, long index, List<Result> results) {}

  public static LastBatches none() {
    return new LastBatches(HashTreePMap.empty());
  }

  public LastBatch of(String gateway) {
    return byGateway.get(gateway);
  }

  /**
   * @param index of the last change
   */
  public LastBatches with(Event<?> event, long index) {
    if (event.gateway().isEmpty()) {
      return this;
    }
    PMap<String, LastBatch> all =
        byGateway.plus(event.gateway(), new LastBatch(event.batch(), index, event.results()));
    return new LastBatches(all.size() > MAX ? all.minus(oldest(all)) : all);
  }

  private static String oldest(PMap<String, LastBatch> all) {
    return all.entrySet().stream()
        .min(
            Map.Entry.<String, LastBatch>comparingByValue(
                    Comparator.comparingLong(LastBatch::index))
                .thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }
}
