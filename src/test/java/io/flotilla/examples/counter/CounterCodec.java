package io.flotilla.examples.counter;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.EntityCodec;
import io.flotilla.entity.Result;
import io.flotilla.entity.ResultCodec;
import io.flotilla.examples.counter.CounterState.Count;
import java.io.IOException;

/** The codec: how a change, a state and the result of a write are stored. */
final class CounterCodec extends EntityCodec<CounterState, Added> {
  CounterCodec() {
    super("counter", new Counts());
  }

  @Override
  protected void change(ByteWriter out, Added change) {
    out.number(change.index()).text(change.name()).number(change.by());
  }

  @Override
  protected Added change(ByteReader in) throws IOException {
    return new Added(in.number(), in.text(), in.number());
  }

  @Override
  protected void state(ByteWriter out, CounterState state) {
    out.number(state.counts().size());
    state.counts().forEach((n, c) -> out.text(n).number(c.index()).number(c.value()));
  }

  @Override
  protected CounterState state(ByteReader in) throws IOException {
    CounterState state = CounterState.empty();
    for (long n = in.number(); n > 0; n--) {
      state = state.with(in.text(), new Count(in.number(), in.number()));
    }
    return state;
  }

  /** Results are stored too, so that a repeated write is answered as it was the first time. */
  private static final class Counts extends ResultCodec {
    private static final int COUNT = 4;

    @Override
    protected void writeOwn(ByteWriter out, Result result) {
      Count count = (Count) result;
      out.number(COUNT).number(count.index()).number(count.value());
    }

    @Override
    protected Result readOwn(int kind, ByteReader in) throws IOException {
      return kind == COUNT ? new Count(in.number(), in.number()) : super.readOwn(kind, in);
    }
  }
}
