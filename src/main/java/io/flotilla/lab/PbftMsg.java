package io.flotilla.lab;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What the replicas of {@link Pbft} send and report. All is signed: nobody speaks for another. */
public sealed interface PbftMsg {

  /** From the client, to every replica. */
  record Request(String op) implements PbftMsg {}

  record PrePrepare(String from, int view, String op) implements PbftMsg {}

  record Prepare(String from, int view, String op) implements PbftMsg {}

  record Commit(String from, int view, String op) implements PbftMsg {}

  /** A request that a replica has prepared, and in which view; none if the view is negative. */
  record Prepared(int view, String op) {
    static final Prepared NONE = new Prepared(-1, "");

    /** The one of the latest view that any of these knows of. */
    static Prepared last(Collection<ViewChange> because) {
      return because.stream()
          .map(ViewChange::prepared)
          .max(Comparator.comparingInt(Prepared::view))
          .orElse(NONE);
    }
  }

  record ViewChange(String from, int view, Prepared prepared) implements PbftMsg {}

  /**
   * @param because the view changes that allow it
   */
  record NewView(String from, int view, String op, List<ViewChange> because) implements PbftMsg {}

  record TooLong(int view) implements PbftMsg {}

  record Executed(int view, String op) implements Event {}

  record Entered(int view) implements Event {}
}
