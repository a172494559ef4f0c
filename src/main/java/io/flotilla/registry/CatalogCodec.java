package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.LogClock;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Result;
import io.flotilla.entity.ResultCodec;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;

/**
 * How events of the catalog are stored. Version 2; a later version must still read this one, as
 * this does version 1, in which times were times of day: see {@link TimesOfDay}. Checkpoints: see
 * {@link CatalogCheckpointCodec}.
 *
 * <p>Numbers are unsigned varints (7 bits a byte, lowest first), strings and byte arrays have their
 * length in front, strings are UTF-8, lists and maps their size.
 */
final class CatalogCodec {
  static final String EVENT_V1 = "catalog-event-1";
  static final String EVENT_V2 = "catalog-event-2";

  private static final int NODE_PUT = 1;
  private static final int NODE_GONE = 2;
  private static final int SERVICE_PUT = 3;
  private static final int SERVICE_GONE = 4;
  private static final int CHECK_PUT = 5;
  private static final int CHECK_GONE = 6;
  private static final int EVENT_FIRED = 7;

  /** The writes have no results but those of every entity. */
  static final ResultCodec RESULTS = new ResultCodec();

  private CatalogCodec() {}

  static byte[] encode(CatalogEvent event) {
    ByteWriter out = new ByteWriter(512);
    out.number(event.at().wallMillis()).number(event.at().logMillis());
    out.text(event.gateway()).number(event.batch());
    RESULTS.results(out, event.results());
    out.number(event.changes().size());
    event.changes().forEach(c -> change(out, c));
    RESULTS.requests(out, event.requests());
    return out.bytes();
  }

  static CatalogEvent decodeEvent(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      long wallMillis = in.number();
      return event(in, new Moment(in.number(), wallMillis));
    } catch (IOException e) {
      throw broken(EVENT_V2, e);
    }
  }

  static CatalogEvent decodeEventV1(byte[] bytes) throws NotSerializableException {
    try {
      ByteReader in = new ByteReader(bytes);
      return TimesOfDay.replaced(event(in, new Moment(LogClock.BEGINNING_MILLIS, in.number())));
    } catch (IOException e) {
      throw broken(EVENT_V1, e);
    }
  }

  private static CatalogEvent event(ByteReader in, Moment at) throws IOException {
    String gateway = in.text();
    long batch = in.number();
    List<Result> results = RESULTS.results(in);
    List<CatalogChange> changes = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      changes.add(change(in));
    }
    return new CatalogEvent(at, gateway, batch, results, changes, RESULTS.requests(in));
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

  static NotSerializableException broken(String what, IOException cause) {
    NotSerializableException e =
        new NotSerializableException(what + " can't be read: " + cause.getMessage());
    e.initCause(cause);
    return e;
  }
}
