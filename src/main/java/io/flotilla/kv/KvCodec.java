package io.flotilla.kv;

import io.flotilla.kv.Committed.RequestRecord;
import io.flotilla.kv.KeySpaceState.LastBatch;
import io.flotilla.kv.KeySpaceState.Tombstone;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcollections.AmortizedPQueue;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PQueue;
import org.pcollections.TreePMap;

/**
 * How events and checkpoints of the key space are stored. Version 1; a later version must still
 * read this one.
 *
 * <p>Numbers are unsigned varints (7 bits a byte, lowest first), strings and byte arrays have their
 * length in front, strings are UTF-8. A checkpoint lists entries, tombstones, gateways and request
 * ids in a fixed order, so that equal states give equal bytes.
 */
final class KvCodec {
  static final String EVENT_V1 = "kv-committed-1";
  static final String CHECKPOINT_V1 = "kv-checkpoint-1";

  private static final int STORED = 1;
  private static final int DELETED = 2;
  private static final int TREE_DELETED = 3;

  private static final int NO_RESULT = 0;
  private static final int DONE = 1;
  private static final int NOT_DONE = 2;
  private static final int REFUSED = 3;

  private KvCodec() {}

  static byte[] encode(Committed event) {
    ByteWriter out = new ByteWriter(256);
    out.number(event.timeMillis()).text(event.gateway()).number(event.batch());
    results(out, event.results());
    out.number(event.changes().size());
    event.changes().forEach(c -> change(out, c));
    out.number(event.requests().size());
    event.requests().forEach(r -> request(out, r));
    return out.bytes();
  }

  static Committed decodeEvent(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long time = in.number();
      String gateway = in.text();
      long batch = in.number();
      List<Result> results = results(in);
      List<Change> changes = new ArrayList<>();
      for (long n = in.number(); n > 0; n--) {
        changes.add(change(in));
      }
      List<RequestRecord> requests = new ArrayList<>();
      for (long n = in.number(); n > 0; n--) {
        requests.add(request(in));
      }
      return new Committed(time, gateway, batch, results, changes, requests);
    } catch (IOException e) {
      throw broken(EVENT_V1, e);
    }
  }

  private static void change(ByteWriter out, Change change) {
    if (change instanceof Change.Stored s) {
      out.number(STORED).number(s.index()).text(s.key()).data(s.value());
      out.number(s.flags()).number(s.lockIndex());
    } else if (change instanceof Change.Deleted d) {
      out.number(DELETED).number(d.index()).text(d.key());
    } else if (change instanceof Change.TreeDeleted d) {
      out.number(TREE_DELETED).number(d.index()).text(d.prefix());
    }
  }

  private static Change change(ByteReader in) throws IOException {
    int kind = (int) in.number();
    long index = in.number();
    return switch (kind) {
      case STORED -> new Change.Stored(index, in.text(), in.data(), in.number(), in.number());
      case DELETED -> new Change.Deleted(index, in.text());
      case TREE_DELETED -> new Change.TreeDeleted(index, in.text());
      default -> throw new IOException("no such kind of change: " + kind);
    };
  }

  private static void results(ByteWriter out, List<Result> results) {
    out.number(results.size());
    results.forEach(r -> result(out, r));
  }

  private static List<Result> results(ByteReader in) throws IOException {
    List<Result> results = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      results.add(result(in));
    }
    return results;
  }

  private static void result(ByteWriter out, Result result) {
    if (result == null) {
      out.number(NO_RESULT);
    } else if (result instanceof Result.Done d) {
      out.number(d.ok() ? DONE : NOT_DONE).number(d.index());
    } else if (result instanceof Result.Refused r) {
      out.number(REFUSED).text(r.code()).text(r.message());
    } else {
      throw new IllegalArgumentException("not the result of a write: " + result);
    }
  }

  private static Result result(ByteReader in) throws IOException {
    int kind = (int) in.number();
    return switch (kind) {
      case NO_RESULT -> null;
      case DONE -> new Result.Done(true, in.number());
      case NOT_DONE -> new Result.Done(false, in.number());
      case REFUSED -> new Result.Refused(in.text(), in.text());
      default -> throw new IOException("no such kind of result: " + kind);
    };
  }

  private static void request(ByteWriter out, RequestRecord request) {
    out.text(request.id()).number(Integer.toUnsignedLong(request.fingerprint()));
    out.number(request.timeMillis());
    result(out, request.result());
  }

  private static RequestRecord request(ByteReader in) throws IOException {
    return new RequestRecord(in.text(), (int) in.number(), in.number(), result(in));
  }

  static byte[] encode(KeySpaceState state) {
    ByteWriter out = new ByteWriter((int) Math.min(Integer.MAX_VALUE / 2, state.bytes() + 4096));
    out.number(state.index()).number(state.tombstoneFloor());
    out.number(state.entries().size());
    for (Entry e : state.entries().values()) {
      out.text(e.key()).data(e.value()).number(e.flags());
      out.number(e.createIndex()).number(e.modifyIndex()).number(e.lockIndex());
    }
    out.number(state.tombstoneAge().size());
    for (Tombstone t : state.tombstoneAge()) {
      out.number(t.index()).text(t.key());
    }
    out.number(state.batches().size());
    state.batches().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e -> {
              out.text(e.getKey()).number(e.getValue().number()).number(e.getValue().index());
              results(out, e.getValue().results());
            });
    out.number(state.requestAge().size());
    state.requestAge().forEach(r -> request(out, r));
    return out.bytes();
  }

  static KeySpaceState decodeState(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long index = in.number();
      long floor = in.number();
      TreePMap<String, Entry> entries = TreePMap.empty(KeyOrder.BY_CODE_POINT);
      long size = 0;
      for (long n = in.number(); n > 0; n--) {
        Entry e =
            new Entry(in.text(), in.data(), in.number(), in.number(), in.number(), in.number());
        entries = entries.plus(e.key(), e);
        size += e.bytes();
      }
      TreePMap<String, Long> graves = TreePMap.empty(KeyOrder.BY_CODE_POINT);
      PQueue<Tombstone> graveAge = AmortizedPQueue.empty();
      for (long n = in.number(); n > 0; n--) {
        Tombstone t = new Tombstone(in.number(), in.text());
        graveAge = graveAge.plus(t);
        if (!entries.containsKey(t.key())) {
          graves = graves.plus(t.key(), t.index());
        }
      }
      PMap<String, LastBatch> batches = HashTreePMap.empty();
      for (long n = in.number(); n > 0; n--) {
        batches = batches.plus(in.text(), new LastBatch(in.number(), in.number(), results(in)));
      }
      PMap<String, RequestRecord> requests = HashTreePMap.empty();
      PQueue<RequestRecord> requestAge = AmortizedPQueue.empty();
      for (long n = in.number(); n > 0; n--) {
        RequestRecord r = request(in);
        requests = requests.plus(r.id(), r);
        requestAge = requestAge.plus(r);
      }
      return new KeySpaceState(
          index,
          entries,
          size,
          graves,
          graveAge,
          floor,
          batches,
          requests,
          requestAge,
          0,
          0,
          false);
    } catch (IOException e) {
      throw broken(CHECKPOINT_V1, e);
    }
  }

  private static NotSerializableException broken(String what, IOException cause) {
    NotSerializableException e =
        new NotSerializableException(what + " can't be read: " + cause.getMessage());
    e.initCause(cause);
    return e;
  }
}
