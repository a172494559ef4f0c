package io.flotilla.entity;

import io.flotilla.entity.LastBatches.LastBatch;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The stored form of results, and of what remembers them in events and checkpoints: never to be
 * changed. A kind of entity whose writes have results of their own extends it.
 */
public class ResultCodec {
  private static final int NONE = 0;
  private static final int DONE = 1;
  private static final int NOT_DONE = 2;
  private static final int REFUSED = 3;

  /**
   * Writes a result that not every kind of entity has: first a number, 4 or above, that says which.
   */
  protected void writeOwn(ByteWriter out, Result result) {
    throw new IllegalArgumentException("not the result of a write: " + result);
  }

  protected Result readOwn(int kind, ByteReader in) throws IOException {
    throw new IOException("no such kind of result: " + kind);
  }

  private void write(ByteWriter out, Result result) {
    if (result == null) {
      out.number(NONE);
    } else if (result instanceof Result.Done d) {
      out.number(d.ok() ? DONE : NOT_DONE).number(d.index());
    } else if (result instanceof Result.Refused r) {
      out.number(REFUSED).text(r.code()).text(r.message());
    } else {
      writeOwn(out, result);
    }
  }

  private Result read(ByteReader in) throws IOException {
    int kind = (int) in.number();
    return switch (kind) {
      case NONE -> null;
      case DONE -> new Result.Done(true, in.number());
      case NOT_DONE -> new Result.Done(false, in.number());
      case REFUSED -> new Result.Refused(in.text(), in.text());
      default -> readOwn(kind, in);
    };
  }

  public final void results(ByteWriter out, List<Result> results) {
    out.number(results.size());
    results.forEach(r -> write(out, r));
  }

  public final List<Result> results(ByteReader in) throws IOException {
    List<Result> results = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      results.add(read(in));
    }
    return results;
  }

  private void request(ByteWriter out, RequestRecord request) {
    out.text(request.id()).number(Integer.toUnsignedLong(request.fingerprint()));
    out.number(request.logMillis());
    write(out, request.result());
  }

  public final void requests(ByteWriter out, List<RequestRecord> requests) {
    out.number(requests.size());
    requests.forEach(r -> request(out, r));
  }

  public final List<RequestRecord> requests(ByteReader in) throws IOException {
    List<RequestRecord> requests = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      requests.add(new RequestRecord(in.text(), (int) in.number(), in.number(), read(in)));
    }
    return requests;
  }

  public final void batches(ByteWriter out, LastBatches batches) {
    out.number(batches.byGateway().size());
    batches.byGateway().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e -> {
              out.text(e.getKey()).number(e.getValue().number()).number(e.getValue().index());
              results(out, e.getValue().results());
            });
  }

  public final LastBatches batches(ByteReader in) throws IOException {
    LastBatches batches = LastBatches.none();
    for (long n = in.number(); n > 0; n--) {
      batches = batches.with(new LastBatch(in.text(), in.number(), in.number(), results(in)));
    }
    return batches;
  }
}
