package io.flotilla.kv;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.Result;
import io.flotilla.entity.ResultCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The stored form of what writes to the key space answer. */
final class KvResultCodec extends ResultCodec {
  private static final int ACQUIRED = 4;
  private static final int CREATED = 5;
  private static final int TXN_DONE = 6;
  private static final int TXN_FAILED = 7;

  @Override
  protected void writeOwn(ByteWriter out, Result result) {
    if (result instanceof KvResult.Acquired a) {
      out.number(ACQUIRED).number(a.index()).number(a.fence());
    } else if (result instanceof KvResult.SessionCreated c) {
      out.number(CREATED).number(c.index()).text(c.id());
    } else if (result instanceof KvResult.TxnDone t) {
      out.number(TXN_DONE).number(t.index()).number(t.items().size());
      t.items().forEach(e -> KeySpaceForm.entry(out, e));
    } else if (result instanceof KvResult.TxnFailed f) {
      out.number(TXN_FAILED).number(f.index()).number(f.errors().size());
      f.errors().forEach(e -> out.number(e.op()).text(e.message()));
    } else {
      super.writeOwn(out, result);
    }
  }

  @Override
  protected Result readOwn(int kind, ByteReader in) throws IOException {
    return switch (kind) {
      case ACQUIRED -> new KvResult.Acquired(in.number(), in.number());
      case CREATED -> new KvResult.SessionCreated(in.number(), in.text());
      case TXN_DONE -> txnDone(in);
      case TXN_FAILED -> txnFailed(in);
      default -> super.readOwn(kind, in);
    };
  }

  private static Result txnDone(ByteReader in) throws IOException {
    long index = in.number();
    List<Entry> items = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      items.add(KeySpaceForm.entry(in));
    }
    return new KvResult.TxnDone(index, items);
  }

  private static Result txnFailed(ByteReader in) throws IOException {
    long index = in.number();
    List<KvResult.TxnError> errors = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      errors.add(new KvResult.TxnError((int) in.number(), in.text()));
    }
    return new KvResult.TxnFailed(index, errors);
  }
}
