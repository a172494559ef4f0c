package io.flotilla.kv;

import io.flotilla.entity.Runs;
import io.flotilla.kv.LockDelays.Delay;
import io.flotilla.kv.Tombstones.Tombstone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * A part of a checkpoint of a key space. One after the other they make the state; the numbers are
 * the same in each. The entries come first: what follows from them (who holds what, what a change
 * of the history was) is not stored.
 */
record KeySpacePart(
    long index,
    long tombstoneFloor,
    long sessionIndex,
    long historyFloor,
    List<Entry> entries,
    List<Tombstone> tombstones,
    List<Session> sessions,
    List<Fences.Token> tokens,
    List<Delay> delays,
    List<KvEvent> history,
    long restored) {

  /** What a name costs that is remembered, roughly. */
  private static final int NAME = 64;

  private KeySpacePart(
      KeySpaceState of,
      List<Entry> entries,
      List<Tombstone> tombstones,
      List<Session> sessions,
      List<Fences.Token> tokens,
      List<Delay> delays,
      List<KvEvent> history) {
    this(
        of.index(),
        of.tombstones().floor(),
        of.sessions().index(),
        of.history().floor(),
        entries,
        tombstones,
        sessions,
        tokens,
        delays,
        history,
        of.restored());
  }

  static Stream<KeySpacePart> of(KeySpaceState s) {
    return Runs.inTurn(
        List.of(
            Runs.of(s.entries().values(), Entry::bytes)
                .map(r -> new KeySpacePart(s, r, no(), no(), no(), no(), no())),
            Runs.of(s.tombstones().age(), t -> NAME + t.key().length())
                .map(r -> new KeySpacePart(s, no(), r, no(), no(), no(), no())),
            Runs.of(s.sessions().all(), Session::bytes)
                .map(r -> new KeySpacePart(s, no(), no(), r, no(), no(), no())),
            Runs.of(tokens(s.fences()), t -> NAME + t.lock().length())
                .map(r -> new KeySpacePart(s, no(), no(), no(), r, no(), no())),
            Runs.of(s.lockDelays().byEnd(), d -> NAME + d.key().length())
                .map(r -> new KeySpacePart(s, no(), no(), no(), no(), r, no())),
            Runs.of(s.history().stored(s.entries()), KvEvent::bytes)
                .map(r -> new KeySpacePart(s, no(), no(), no(), no(), no(), r)),
            Stream.of(new KeySpacePart(s, no(), no(), no(), no(), no(), no()))));
  }

  private static <T> List<T> no() {
    return List.of();
  }

  private static List<Fences.Token> tokens(Fences fences) {
    return fences.byToken().entrySet().stream()
        .map(e -> new Fences.Token(e.getKey(), e.getValue()))
        .sorted(Comparator.comparingLong(Fences.Token::token))
        .toList();
  }

  /** The empty state with all parts of a checkpoint. */
  static KeySpaceState read(List<KeySpacePart> parts, KeySpaceState empty) {
    List<Entry> entries = new ArrayList<>();
    parts.forEach(part -> entries.addAll(part.entries));
    TreePMap<String, Entry> all = Ascending.tree(entries, Entry::key);
    KeySpaceState state = empty;
    for (KeySpacePart part : parts) {
      state = part.addTo(state, all);
    }
    return state;
  }

  /**
   * @param all entries of the checkpoint; adding them one by one would make a tree for each
   */
  private KeySpaceState addTo(KeySpaceState state, TreePMap<String, Entry> all) {
    Sessions holders = state.sessions();
    long bytes = state.bytes();
    for (Entry e : entries) {
      holders = holders.moved(e.key(), null, e.session());
      bytes += e.bytes();
    }
    for (Session s : sessions) {
      holders = holders.with(s);
      bytes += s.bytes();
    }
    holders = holders.at(sessionIndex);
    LockDelays later = state.lockDelays();
    for (Delay d : delays) {
      later = later.with(d.key(), d.untilMillis());
    }
    return new KeySpaceState(
        index,
        restored,
        all,
        bytes,
        state.tombstones().with(tombstones, all, tombstoneFloor),
        holders,
        state.fences().with(tokens, all),
        later,
        state.history().with(history, all, historyFloor));
  }
}
