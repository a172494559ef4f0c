package io.flotilla.entity;

import akka.persistence.typed.EventAdapter;
import akka.persistence.typed.EventSeq;
import akka.persistence.typed.SnapshotAdapter;

/** Stand between Akka Persistence and the actor: it stores bytes, the actor has objects. */
final class StoredAdapters {
  private StoredAdapters() {}

  static final class OfEvents<S extends ModelState<S, C>, C extends Fact>
      extends EventAdapter<Committed<C>, Stored> {
    private final EntityCodec<S, C> codec;

    OfEvents(EntityCodec<S, C> codec) {
      this.codec = codec;
    }

    @Override
    public Stored toJournal(Committed<C> event) {
      return codec.encode(event);
    }

    /** The form is named in what is stored. */
    @Override
    public String manifest(Committed<C> event) {
      return "";
    }

    @Override
    public EventSeq<Committed<C>> fromJournal(Stored stored, String manifest) {
      return EventSeq.single(codec.event(stored));
    }
  }

  static final class OfCheckpoints<S extends ModelState<S, C>, C extends Fact>
      implements SnapshotAdapter<EntityState<S, C>> {
    private final EntityCodec<S, C> codec;

    OfCheckpoints(EntityCodec<S, C> codec) {
      this.codec = codec;
    }

    @Override
    public Object toJournal(EntityState<S, C> state) {
      return codec.encode(state);
    }

    @Override
    public EntityState<S, C> fromJournal(Object stored) {
      return codec.checkpoint((Stored) stored);
    }
  }
}
