package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored form of a kind of entity. What every kind has is written here, what the model has by
 * the model's own codec. Everything is listed in a fixed order, so that equal states give equal
 * bytes.
 *
 * <p>Version 1; a later version must still read this one.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public abstract class EntityCodec<S extends ModelState<S, C>, C extends Fact> {
  private final String eventForm;
  private final String checkpointForm;
  private final ResultCodec results;

  /**
   * @param kind of entity, part of the form's name
   * @param results of its writes
   */
  protected EntityCodec(String kind, ResultCodec results) {
    this.eventForm = kind + "-event-1";
    this.checkpointForm = kind + "-checkpoint-1";
    this.results = results;
  }

  protected abstract void change(ByteWriter out, C change);

  protected abstract C change(ByteReader in) throws IOException;

  protected abstract void state(ByteWriter out, S state);

  protected abstract S state(ByteReader in) throws IOException;

  public final Stored encode(Committed<C> event) {
    ByteWriter out = new ByteWriter((int) Math.min(Integer.MAX_VALUE / 2, event.bytes()));
    out.number(event.at().wallMillis()).number(event.at().logMillis());
    out.text(event.gateway()).number(event.batch());
    results.results(out, event.results());
    out.number(event.changes().size());
    event.changes().forEach(c -> change(out, c));
    results.requests(out, event.requests());
    return new Stored(eventForm, out.bytes());
  }

  public final Committed<C> event(Stored stored) {
    return read(
        stored,
        eventForm,
        in -> {
          long wallMillis = in.number();
          Moment at = new Moment(in.number(), wallMillis);
          String gateway = in.text();
          long batch = in.number();
          List<Result> answers = results.results(in);
          List<C> changes = new ArrayList<>();
          for (long n = in.number(); n > 0; n--) {
            changes.add(change(in));
          }
          return new Committed<>(at, gateway, batch, answers, changes, results.requests(in));
        });
  }

  public final Stored encode(EntityState<S, C> state) {
    long expected = state.model().storedBytes() + 4096;
    ByteWriter out = new ByteWriter((int) Math.min(Integer.MAX_VALUE / 2, expected));
    out.number(state.logMillis());
    results.batches(out, state.batches());
    results.requests(out, List.copyOf(state.requests().age()));
    state(out, state.model());
    return new Stored(checkpointForm, out.bytes());
  }

  public final EntityState<S, C> checkpoint(Stored stored) {
    return read(
        stored,
        checkpointForm,
        in -> {
          long logMillis = in.number();
          LastBatches batches = results.batches(in);
          List<RequestRecord> requests = results.requests(in);
          return new EntityState<>(
              state(in), logMillis, batches, RequestMemory.of(requests), CheckpointMeter.zero());
        });
  }

  private interface Form<T> {
    T read(ByteReader in) throws IOException;
  }

  private static <T> T read(Stored stored, String form, Form<T> reader) {
    try {
      if (!stored.form().equals(form)) {
        throw new IOException("it was written by another version of Flotilla");
      }
      return reader.read(new ByteReader(stored.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(stored.form() + " can't be read: " + e.getMessage(), e);
    }
  }
}
