package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import java.io.IOException;
import org.pcollections.AmortizedPQueue;
import org.pcollections.PQueue;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/** How the state of a catalog is stored, see {@link CatalogCodec}. */
final class CatalogForm {
  private CatalogForm() {}

  static void write(ByteWriter out, CatalogState state) {
    Registrations all = state.registrations();
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
  }

  static CatalogState read(ByteReader in) throws IOException {
    long index = in.number();
    Registrations all = registrations(in);
    Indexes indexes = indexes(in);
    long eventTime = in.number();
    PVector<UserEvent> events = TreePVector.empty();
    for (long n = in.number(); n > 0; n--) {
      events = events.plus(RecordCodec.event(in));
    }
    return new CatalogState(index, all, indexes, events, eventTime);
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
    PQueue<Indexes.Change> retired = AmortizedPQueue.empty();
    for (long n = in.number(); n > 0; n--) {
      retired = retired.plus(new Indexes.Change(in.number(), in.text()));
    }
    return new Indexes(byPath, retired, in.number());
  }
}
