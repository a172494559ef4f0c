package io.flotilla.entity;

import java.util.function.Consumer;

/**
 * An entity's checkpoints: made beside its work, one at a time. One that fails is not repeated; the
 * next that falls due is another attempt.
 */
final class CheckpointWork {
  /**
   * @param incarnation that had begun it
   * @param failure null: it is stored
   */
  record Ended(long incarnation, long sequenceNr, Throwable failure) {}

  private final String persistenceId;
  private final Checkpoints store;
  private final Consumer<Ended> onEnd;
  private long incarnation;
  private CheckpointMeter begun = CheckpointMeter.zero();
  private boolean underWay;

  /**
   * @param onEnd told when one has ended, on any thread
   */
  CheckpointWork(String persistenceId, Checkpoints store, Consumer<Ended> onEnd) {
    this.persistenceId = persistenceId;
    this.store = store;
    this.onEnd = onEnd;
  }

  /** A new incarnation; what an earlier one has begun is refused by the log. */
  void begin(long ofIncarnation) {
    incarnation = ofIncarnation;
    begun = CheckpointMeter.zero();
    underWay = false;
  }

  /**
   * Begins a checkpoint if one is due. While another is under way that has to wait for its end.
   *
   * @param sequenceNr of the last event in the state
   */
  void beginIfDue(EntityState<?, ?> state, long sequenceNr) {
    if (underWay || !state.written().due(begun, state.storedBytes())) {
      return;
    }
    underWay = true;
    begun = state.written();
    long by = incarnation;
    store
        .save(persistenceId, by, sequenceNr, state.parts())
        .whenComplete((done, failure) -> onEnd.accept(new Ended(by, sequenceNr, failure)));
  }

  /** Whether events come so fast that no more may be stored before the checkpoint has ended. */
  boolean isOutrun(EntityState<?, ?> state) {
    return underWay && state.written().outruns(begun, state.storedBytes());
  }

  void ended(Ended checkpoint) {
    if (checkpoint.incarnation == incarnation) {
      underWay = false;
    }
  }
}
