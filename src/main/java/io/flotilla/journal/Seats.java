package io.flotilla.journal;

import akka.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Roster} as this member knows it, and the way to change it, from any node.
 *
 * <p>A change is done when its stage completes; then a majority has stored it, and this member's
 * own {@link #roster()} has it soon. If the stage fails, ask again, as a repeat changes nothing
 * more: a {@link NoQuorumException} says that nothing was done (no leader with a majority
 * answered), an {@link OutcomeUnknownException} that it may have been, or may still be. {@link
 * OverloadException}: this node has too many requests under way, nothing was done.
 *
 * <p>Thread-safe. Don't block in what follows on a stage.
 */
public final class Seats {
  private static final Logger LOGGER = LoggerFactory.getLogger(Seats.class);

  private final Submitter submitter;
  private final Supplier<Roster> applied;
  private final Executor teller;

  // Used only by the teller.
  private final List<Consumer<Roster>> listeners = new ArrayList<>();
  private Roster told = Roster.EMPTY;

  /**
   * @param applied the roster as far as this member has applied the log
   * @param teller has one thread
   */
  Seats(Submitter submitter, Supplier<Roster> applied, Executor teller) {
    this.submitter = submitter;
    this.applied = applied;
    this.teller = teller;
  }

  /**
   * The roster as far as this member has applied the log: after {@link ReplicatedLog#catchUp()} it
   * has all that was decided before. Empty until the log runs. Cheap.
   */
  public Roster roster() {
    return applied.get();
  }

  /**
   * Tells the listener the present roster, and the new one after each change, in their order and on
   * one thread; it must not block. Of several changes at once only the last may be told. Nothing is
   * told any more once the log has stopped.
   */
  public void onRoster(Consumer<Roster> listener) {
    onTeller(
        () -> {
          tell();
          tell(listener);
          listeners.add(listener);
        });
  }

  /**
   * Asks for a seat for an actor system that hasn't joined a cluster yet. The answer, a repeat's
   * too, is what to do as of its place in the log; from then on the roster tells.
   */
  public CompletionStage<Roster.Entry> enter(Roster.Occupant who) {
    return submitter
        .write(new Command.Enter(who))
        .thenApply(reply -> ((Reply.Entered) reply).entry());
  }

  /**
   * Says that this life has arrived in the cluster of this epoch.
   *
   * @param epoch of a roster by which somebody was IN whom this life's cluster had as a member. It
   *     has to be remembered: the present epoch may be another already, with nobody IN who would
   *     show it, and two that are IN by mistake of one epoch are in two clusters for good.
   * @return whether it is IN now; false if it has lost its seat, or the epoch is over: then it
   *     isn't where the others are, and has to start anew
   */
  public CompletionStage<Boolean> seated(long epoch, long uid) {
    return submitter
        .write(new Command.Seated(epoch, uid))
        .thenApply(reply -> reply instanceof Reply.Done);
  }

  /** Ends the seat of this life, if it has one. */
  public CompletionStage<Done> out(long uid, Roster.Why why) {
    return done(new Command.Out(uid, why));
  }

  /** Keeps this disk from getting a seat again; the one it has stays until it is out. */
  CompletionStage<Done> remove(String peerId) {
    return done(new Command.Remove(peerId));
  }

  /** Undoes {@link #remove}. */
  CompletionStage<Done> forgive(String peerId) {
    return done(new Command.Forgive(peerId));
  }

  private CompletionStage<Done> done(Command command) {
    return submitter.write(command).thenApply(reply -> Done.getInstance());
  }

  /** To be called after each change, and now and then: a state file may bring one as well. */
  void changed() {
    onTeller(this::tell);
  }

  private void onTeller(Runnable task) {
    try {
      teller.execute(task);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("The log has stopped, so nobody is told of its roster any more");
    }
  }

  private void tell() {
    Roster now = applied.get();
    if (!now.equals(told)) {
      told = now;
      listeners.forEach(this::tell);
    }
  }

  private void tell(Consumer<Roster> listener) {
    try {
      listener.accept(told);
    } catch (RuntimeException e) {
      LOGGER.error("A change of the roster was not taken note of", e);
    }
  }
}
