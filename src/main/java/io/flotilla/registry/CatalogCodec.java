package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;

/**
 * How events of the catalog are stored. Version 1; a later version must still read this one.
 * Checkpoints: see {@link CatalogCheckpointCodec}.
 *
 * <p>Numbers are unsigned varints (7 bits a byte, lowest first), strings and byte arrays have their
 * length in front, strings are UTF-8, lists and maps their size.
 */
final class CatalogCodec {
  static final String EVENT_V1 = "catalog-event-1";

  private static final int NODE_PUT = 1;
  private static final int NODE_GONE = 2;
  private static final int SERVICE_PUT = 3;
  private static final int SERVICE_GONE = 4;
  private static final int CHECK_PUT = 5;
  private static final int CHECK_GONE = 6;
  private static final int EVENT_FIRED = 7;

  private static final int NO_RESULT = 0;
  private static final int DONE = 1;
  private static final int REFUSED = 2;

  private CatalogCodec() {}

  static byte[] encode(CatalogEvent event) {
    ByteWriter out = new ByteWriter(512);
    out.number(event.timeMillis()).text(event.gateway()).number(event.batch());
    results(out, event.results());
    out.number(event.changes().size());
    event.changes().forEach(c -> change(out, c));
    out.number(event.requests().size());
    event.requests().forEach(r -> request(out, r));
    return out.bytes();
  }

  static CatalogEvent decodeEvent(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long time = in.number();
      String gateway = in.text();
      long batch = in.number();
      List<Result> results = results(in);
      List<CatalogChange> changes = new ArrayList<>();
      for (long n = in.number(); n > 0; n--) {
        changes.add(change(in));
      }
      List<RequestRecord> requests = new ArrayList<>();
      for (long n = in.number(); n > 0; n--) {
        requests.add(request(in));
      }
      return new CatalogEvent(time, gateway, batch, results, changes, requests);
    } catch (IOException e) {
      throw broken(EVENT_V1, e);
    }
  }

  private static void change(ByteWriter out, CatalogChange change) {
    if (change instanceof CatalogChange.NodePut p) {
      RecordCodec.node(out.number(NODE_PUT).number(p.index()), p.node());
    } else if (change instanceof CatalogChange.NodeGone g) {
      out.number(NODE_GONE).number(g.index()).text(g.node());
    } else if (change instanceof CatalogChange.ServicePut p) {
      RecordCodec.service(out.number(SERVICE_PUT).number(p.index()), p.service());
    } else if (change instanceof CatalogChange.ServiceGone g) {
      key(out.number(SERVICE_GONE).number(g.index()), g.service());
    } else if (change instanceof CatalogChange.CheckPut p) {
      RecordCodec.check(out.number(CHECK_PUT).number(p.index()), p.check());
    } else if (change instanceof CatalogChange.CheckGone g) {
      key(out.number(CHECK_GONE).number(g.index()), g.check());
    } else if (change instanceof CatalogChange.EventFired f) {
      RecordCodec.event(out.number(EVENT_FIRED).number(f.index()), f.event());
    }
  }

  private static CatalogChange change(ByteReader in) throws IOException {
    int kind = (int) in.number();
    long index = in.number();
    return switch (kind) {
      case NODE_PUT -> new CatalogChange.NodePut(index, RecordCodec.node(in));
      case NODE_GONE -> new CatalogChange.NodeGone(index, in.text());
      case SERVICE_PUT -> new CatalogChange.ServicePut(index, RecordCodec.service(in));
      case SERVICE_GONE -> new CatalogChange.ServiceGone(index, key(in));
      case CHECK_PUT -> new CatalogChange.CheckPut(index, RecordCodec.check(in));
      case CHECK_GONE -> new CatalogChange.CheckGone(index, key(in));
      case EVENT_FIRED -> new CatalogChange.EventFired(index, RecordCodec.event(in));
      default -> throw new IOException("no such kind of change: " + kind);
    };
  }

  private static void key(ByteWriter out, Key key) {
    out.text(key.node()).text(key.id());
  }

  private static Key key(ByteReader in) throws IOException {
    return new Key(in.text(), in.text());
  }

  static void results(ByteWriter out, List<Result> results) {
    out.number(results.size());
    results.forEach(r -> result(out, r));
  }

  static List<Result> results(ByteReader in) throws IOException {
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
      out.number(DONE).number(d.index());
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
      case REFUSED -> new Result.Refused(in.text(), in.text());
      default -> throw new IOException("no such kind of result: " + kind);
    };
  }

  static void request(ByteWriter out, RequestRecord request) {
    out.text(request.id()).number(Integer.toUnsignedLong(request.fingerprint()));
    out.number(request.timeMillis());
    result(out, request.result());
  }

  static RequestRecord request(ByteReader in) throws IOException {
    return new RequestRecord(in.text(), (int) in.number(), in.number(), result(in));
  }

  static NotSerializableException broken(String what, IOException cause) {
    NotSerializableException e =
        new NotSerializableException(what + " can't be read: " + cause.getMessage());
    e.initCause(cause);
    return e;
  }
}
