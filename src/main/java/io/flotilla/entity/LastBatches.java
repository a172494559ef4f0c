package io.flotilla.entity;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The last batch that was stored for each gateway, with the results of its writes: a gateway that
 * got no answer sends its batch again, and is answered as before.
 *
 * @param bytes roughly what they occupy
 */
public record LastBatches(PMap<String, LastBatch> byGateway, long bytes) {
  static final int MAX = 256;

  public record LastBatch(String gateway, long number, long index, List<Result> results) {
    long bytes() {
      long sum = 160;
      for (Result result : results) {
        sum += result == null ? 8 : 8 + result.bytes();
      }
      return sum;
    }
  }

  public static LastBatches none() {
    return new LastBatches(HashTreePMap.empty(), 0);
  }

  public LastBatch of(String gateway) {
    return byGateway.get(gateway);
  }

  /**
   * @param index of the last change
   */
  LastBatches with(Committed<?> event, long index) {
    if (event.gateway().isEmpty()) {
      return this;
    }
    return with(new LastBatch(event.gateway(), event.batch(), index, event.results()));
  }

  LastBatches with(LastBatch batch) {
    LastBatches all = without(batch.gateway());
    LastBatches more =
        new LastBatches(all.byGateway.plus(batch.gateway(), batch), all.bytes + batch.bytes());
    return more.byGateway.size() > MAX ? more.without(oldest(more.byGateway)) : more;
  }

  private LastBatches without(String gateway) {
    LastBatch old = byGateway.get(gateway);
    return old == null ? this : new LastBatches(byGateway.minus(gateway), bytes - old.bytes());
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
