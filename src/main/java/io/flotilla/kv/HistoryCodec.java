package io.flotilla.kv;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import java.io.IOException;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * How the history is stored in a checkpoint, see {@link KeySpaceForm}. A change that nothing has
 * changed since is what the entry of its key says, and is stored without a value of its own.
 */
final class HistoryCodec {
  private static final int AS_THE_ENTRY = 1;
  private static final int ITS_OWN = 0;

  private HistoryCodec() {}

  static void encode(ByteWriter out, KeySpaceState state) {
    History history = state.history();
    out.number(history.floor()).number(history.byIndex().size());
    long previous = history.floor();
    for (KvEvent h : history.byIndex().values()) {
      out.number(h.index() - previous).number(h.timeMillis()).number(h.what().ordinal());
      previous = h.index();
      switch (h.what()) {
        case SET, LOCK, UNLOCK -> value(out, h, state.entries().get(h.key()));
        case DELETE -> out.text(h.key());
        case DELETE_TREE -> out.text(h.key()).texts(h.keys());
        default -> out.text(h.session());
      }
    }
  }

  private static void value(ByteWriter out, KvEvent h, Entry entry) {
    out.text(h.key());
    if (entry != null && entry.modifyIndex() == h.index()) {
      out.number(AS_THE_ENTRY);
      return;
    }
    out.number(ITS_OWN).data(h.value()).number(h.flags());
    out.texts(h.session() == null ? List.of() : List.of(h.session()));
  }

  static History decode(ByteReader in, TreePMap<String, Entry> entries) throws IOException {
    long floor = in.number();
    TreePMap<Long, KvEvent> byIndex = TreePMap.empty();
    long bytes = 0;
    long index = floor;
    for (long n = in.number(); n > 0; n--) {
      index += in.number();
      KvEvent h = event(in, index, entries);
      byIndex = byIndex.plus(index, h);
      bytes += h.bytes();
    }
    return new History(byIndex, bytes, floor);
  }

  private static KvEvent event(ByteReader in, long index, TreePMap<String, Entry> entries)
      throws IOException {
    long time = in.number();
    KvEvent.What what = what(in.number());
    return switch (what) {
      case SET, LOCK, UNLOCK -> value(in, index, time, what, entries);
      case DELETE -> KvEvent.bare(index, time, what, in.text(), null, List.of());
      case DELETE_TREE -> KvEvent.bare(index, time, what, in.text(), null, in.texts());
      default -> KvEvent.bare(index, time, what, null, in.text(), List.of());
    };
  }

  private static KvEvent value(
      ByteReader in, long index, long time, KvEvent.What what, TreePMap<String, Entry> entries)
      throws IOException {
    String key = in.text();
    if (in.number() == AS_THE_ENTRY) {
      Entry e = entries.get(key);
      if (e == null || e.modifyIndex() != index) {
        throw new IOException("no entry is of the change " + index);
      }
      return new KvEvent(index, time, what, key, e.value(), e.flags(), e.session(), List.of());
    }
    byte[] value = in.data();
    long flags = in.number();
    List<String> session = in.texts();
    return new KvEvent(
        index, time, what, key, value, flags, session.isEmpty() ? null : session.get(0), List.of());
  }

  private static KvEvent.What what(long ordinal) throws IOException {
    KvEvent.What[] all = KvEvent.What.values();
    if (ordinal < 0 || ordinal >= all.length) {
      throw new IOException("no such kind of event: " + ordinal);
    }
    return all[(int) ordinal];
  }
}
