package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.CheckpointMeter;
import java.io.IOException;
import java.io.NotSerializableException;
import org.pcollections.AmortizedPQueue;
import org.pcollections.PQueue;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * How a checkpoint of the catalog is stored, with the primitives of {@link CatalogCodec}. Version
 * 1; a later version must still read this one. Everything is listed in a fixed order, so that equal
 * states give equal bytes.
 */
final class CatalogCheckpointCodec {
  static final String CHECKPOINT_V1 = "catalog-checkpoint-1";

  private CatalogCheckpointCodec() {}

  static byte[] encode(CatalogState state) {
    Registrations all = state.registrations();
    ByteWriter out = new ByteWriter((int) Math.min(Integer.MAX_VALUE / 2, all.bytes() + 4096));
    out.number(state.index());
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
    CatalogCodec.RESULTS.memory(out, state.requests());
    return out.bytes();
  }

  static CatalogState decode(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long index = in.number();
      Registrations all = registrations(in);
      Indexes indexes = indexes(in);
      long eventTime = in.number();
      PVector<UserEvent> events = TreePVector.empty();
      for (long n = in.number(); n > 0; n--) {
        events = events.plus(RecordCodec.event(in));
      }
      return new CatalogState(
          index,
          all,
          indexes,
          events,
          eventTime,
          CatalogCodec.RESULTS.batches(in),
          CatalogCodec.RESULTS.memory(in),
          CheckpointMeter.zero());
    } catch (IOException e) {
      throw CatalogCodec.broken(CHECKPOINT_V1, e);
    }
  }

  private static Registrations registrations(ByteReader in) throws IOException {
    Registrations all = Registrations.none();
    for (long n = in.number(); n > 0; n--) {
      all = all.with(RecordCodec.node(in));
    }
    for (long n = in.number(); n > 0; n--) {
      all = all.with(RecordCodec.service(in));
    }
    for (long n = in.number(); n > 0; n--) {
      all = all.with(RecordCodec.check(in));
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
