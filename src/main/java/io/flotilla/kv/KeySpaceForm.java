package io.flotilla.kv;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.kv.Tombstones.Tombstone;
import java.io.IOException;
import java.util.Map;
import org.pcollections.AmortizedPQueue;
import org.pcollections.HashTreePMap;
import org.pcollections.PQueue;
import org.pcollections.TreePMap;

/**
 * How the state of a key space is stored, see {@link KvCodec}. What follows from the rest (which
 * session holds which keys) is not.
 */
final class KeySpaceForm {
  private KeySpaceForm() {}

  static void write(ByteWriter out, KeySpaceState state) {
    out.number(state.index()).number(state.tombstones().floor());
    out.number(state.entries().size());
    state.entries().values().forEach(e -> entry(out, e));
    out.number(state.tombstones().age().size());
    for (Tombstone t : state.tombstones().age()) {
      out.number(t.index()).text(t.key());
    }
    out.number(state.sessions().index()).number(state.sessions().all().size());
    state.sessions().all().forEach(s -> KvCodec.session(out, s));
    out.number(state.fences().byToken().size());
    state.fences().byToken().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> out.number(e.getKey()).text(e.getValue()));
    out.number(state.lockDelays().byEnd().size());
    for (LockDelays.Delay d : state.lockDelays().byEnd()) {
      out.number(d.untilMillis()).text(d.key());
    }
    HistoryCodec.encode(out, state);
  }

  static KeySpaceState read(ByteReader in) throws IOException {
    long index = in.number();
    long floor = in.number();
    TreePMap<String, Entry> entries = entries(in);
    Tombstones tombstones = tombstones(in, floor, entries);
    Sessions sessions = sessions(in);
    for (Entry e : entries.values()) {
      sessions = sessions.moved(e.key(), null, e.session());
    }
    Fences fences = fences(in, entries);
    LockDelays delays = delays(in);
    long bytes =
        entries.values().stream().mapToLong(Entry::bytes).sum()
            + sessions.all().stream().mapToLong(Session::bytes).sum();
    return new KeySpaceState(
        index,
        entries,
        bytes,
        tombstones,
        sessions,
        fences,
        delays,
        HistoryCodec.decode(in, entries));
  }

  static void entry(ByteWriter out, Entry e) {
    out.text(e.key()).data(e.value()).number(e.flags());
    out.number(e.createIndex()).number(e.modifyIndex()).number(e.lockIndex());
    KvCodec.holder(out, e.session(), e.fence());
  }

  static Entry entry(ByteReader in) throws IOException {
    String key = in.text();
    byte[] value = in.data();
    long flags = in.number();
    long created = in.number();
    long modified = in.number();
    long lockIndex = in.number();
    long fence = in.number();
    String session = KvCodec.holder(in, fence);
    return new Entry(key, value, flags, created, modified, lockIndex, session, fence);
  }

  private static TreePMap<String, Entry> entries(ByteReader in) throws IOException {
    TreePMap<String, Entry> entries = TreePMap.empty(KeyOrder.BY_CODE_POINT);
    for (long n = in.number(); n > 0; n--) {
      Entry e = entry(in);
      entries = entries.plus(e.key(), e);
    }
    return entries;
  }

  private static Tombstones tombstones(ByteReader in, long floor, TreePMap<String, Entry> entries)
      throws IOException {
    TreePMap<String, Long> graves = TreePMap.empty(KeyOrder.BY_CODE_POINT);
    PQueue<Tombstone> age = AmortizedPQueue.empty();
    for (long n = in.number(); n > 0; n--) {
      Tombstone t = new Tombstone(in.number(), in.text());
      age = age.plus(t);
      if (!entries.containsKey(t.key())) {
        graves = graves.plus(t.key(), t.index());
      }
    }
    return new Tombstones(graves, age, floor);
  }

  private static Sessions sessions(ByteReader in) throws IOException {
    long index = in.number();
    TreePMap<String, Session> byId = TreePMap.empty();
    for (long n = in.number(); n > 0; n--) {
      Session s = KvCodec.session(in);
      byId = byId.plus(s.id(), s);
    }
    return new Sessions(byId, HashTreePMap.empty(), index);
  }

  private static LockDelays delays(ByteReader in) throws IOException {
    LockDelays delays = LockDelays.none();
    for (long n = in.number(); n > 0; n--) {
      long until = in.number();
      delays = delays.with(in.text(), until);
    }
    return delays;
  }

  private static Fences fences(ByteReader in, TreePMap<String, Entry> entries) throws IOException {
    Fences fences = Fences.none();
    for (long n = in.number(); n > 0; n--) {
      long token = in.number();
      String lock = in.text();
      fences = fences.acquired(lock, token);
      Entry entry = entries.get(lock);
      if (entry == null || entry.fence() != token) {
        fences = fences.freed(lock);
      }
    }
    return fences;
  }
}
