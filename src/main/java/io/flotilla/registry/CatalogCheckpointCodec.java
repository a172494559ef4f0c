package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.CheckpointMeter;
import io.flotilla.entity.LastBatches;
import io.flotilla.entity.LogClock;
import io.flotilla.entity.RequestMemory;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.List;
import org.pcollections.AmortizedPQueue;
import org.pcollections.PQueue;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * How a checkpoint of the catalog is stored, with the primitives of {@link CatalogCodec}. Version
 * 2; a later version must still read this one, as this does version 1, in which times were times of
 * day: see {@link TimesOfDay}. Everything is listed in a fixed order, so that equal states give
 * equal bytes.
 */
final class CatalogCheckpointCodec {
  static final String CHECKPOINT_V1 = "catalog-checkpoint-1";
  static final String CHECKPOINT_V2 = "catalog-checkpoint-2";

  private CatalogCheckpointCodec() {}

  static byte[] encode(CatalogState state) {
    Registrations all = state.registrations();
    ByteWriter out = new ByteWriter((int) Math.min(Integer.MAX_VALUE / 2, all.bytes() + 4096));
    out.number(state.index()).number(state.logMillis());
    out.number(all.nodes().size());
    all.nodes().values().forEach(n -> RecordCodec.node(out, n));
    out.number(all.services().size());
    all.services().values().forEach(s -> RecordCodec.service(out, s));
    out.number(all.checks().size());
    all.checks().values().forEach(c -> RecordCodec.check(out, c));
    indexes(out, state.indexes());
    out.number(state.eventTime()).number(state.events().size());
    state.events().forEach(e -> RecordCodec.event(out, e));
    CatalogCodec.RESULTS.batches(out, state.batches());
    CatalogCodec.RESULTS.requests(out, List.copyOf(state.requests().age()));
    return out.bytes();
  }

  static CatalogState decode(byte[] bytes) throws NotSerializableException {
    return decode(bytes, false);
  }

  static CatalogState decodeV1(byte[] bytes) throws NotSerializableException {
    return decode(bytes, true);
  }

  private static CatalogState decode(byte[] bytes, boolean v1) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long index = in.number();
      long logMillis = v1 ? LogClock.BEGINNING_MILLIS : in.number();
      Registrations all = registrations(in, v1);
      Indexes indexes = indexes(in);
      long eventTime = in.number();
      PVector<UserEvent> events = TreePVector.empty();
      for (long n = in.number(); n > 0; n--) {
        events = events.plus(RecordCodec.event(in));
      }
      LastBatches batches = CatalogCodec.RESULTS.batches(in);
      List<RequestRecord> requests = CatalogCodec.RESULTS.requests(in);
      return new CatalogState(
          index,
          logMillis,
          all,
          indexes,
          events,
          eventTime,
          batches,
          RequestMemory.of(v1 ? TimesOfDay.replaced(requests) : requests),
          CheckpointMeter.zero());
    } catch (IOException e) {
      throw CatalogCodec.broken(v1 ? CHECKPOINT_V1 : CHECKPOINT_V2, e);
    }
  }

  private static Registrations registrations(ByteReader in, boolean v1) throws IOException {
    Registrations all = Registrations.none();
    for (long n = in.number(); n > 0; n--) {
      all = all.with(RecordCodec.node(in));
    }
    for (long n = in.number(); n > 0; n--) {
      all = all.with(RecordCodec.service(in));
    }
    for (long n = in.number(); n > 0; n--) {
      Check check = RecordCodec.check(in);
      all = all.with(v1 ? TimesOfDay.replaced(check) : check);
    }
    return all;
  }

  private static void indexes(ByteWriter out, Indexes indexes) {
    out.number(indexes.byPath().size());
    indexes.byPath().forEach((path, index) -> out.text(path).number(index));
    out.number(indexes.retired().size());
    indexes.retired().forEach(r -> out.number(r.index()).text(r.path()));
    out.number(indexes.floor());
  }

  private static Indexes indexes(ByteReader in) throws IOException {
    TreePMap<String, Long> byPath = TreePMap.empty();
    for (long n = in.number(); n > 0; n--) {
      byPath = byPath.plus(in.text(), in.number());
    }
    PQueue<Indexes.Retired> retired = AmortizedPQueue.empty();
    for (long n = in.number(); n > 0; n--) {
      retired = retired.plus(new Indexes.Retired(in.number(), in.text()));
    }
    return new Indexes(byPath, retired, in.number());
  }
}
