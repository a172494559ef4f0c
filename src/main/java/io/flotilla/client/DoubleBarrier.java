package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lets a number of participants begin something together and end it together (<a
 * href="https://zookeeper.apache.org/doc/current/recipes.html#sc_doubleBarriers">ZooKeeper's double
 * barrier</a>). It can be used again and again.
 *
 * <p>Each participant has a place under {@code KEY/.barrier/in/}. Whoever finds it full writes
 * {@code KEY/.barrier/full}, and all whose place is older than that go on. The key stays, for the
 * next round; a participant that comes late for one waits for the next.
 *
 * <p>What it can't promise: that as many are still at work as have entered. One that dies isn't
 * waited for any longer, neither by those that enter, who need another, nor by those that leave;
 * its work may be half done. Not thread-safe: a participant is one {@code DoubleBarrier}.
 */
public final class DoubleBarrier implements AutoCloseable {
  private final Participant who;
  private final String folder;
  private final int participants;
  private Place place;
  private long round;

  DoubleBarrier(Participant who, String key, int participants) {
    if (participants < 1) {
      throw new IllegalArgumentException("a barrier has at least 1 participant");
    }
    this.who = who;
    this.folder = key + "/.barrier/";
    this.participants = participants;
  }

  /**
   * Waits until all are here. If this participant has entered already, returns at once.
   *
   * @param atMost 0: only looks whether this was the last one
   * @return false if the time is over; the place is given up then
   * @throws InterruptedException if interrupted; the place is given up
   * @throws OutcomeUnknownException if the session ended, or a write may have failed, while it
   *     waited: the others may have gone on and have counted this participant
   * @throws FlotillaException if a request fails; the place is given up
   */
  public boolean enter(Duration atMost) throws InterruptedException {
    if (isIn()) {
      return true;
    }
    close();
    try {
      place = who.enter(folder + "in/");
      round = awaitFull(Deadline.in(atMost));
    } catch (InterruptedException | RuntimeException e) {
      giveUp(e);
      throw e;
    }
    if (round == 0) {
      close();
    }
    return isIn();
  }

  /** What it is given up for says more than that this failed, too. */
  private void giveUp(Exception reason) {
    try {
      close();
    } catch (FlotillaException e) {
      reason.addSuppressed(e);
    }
  }

  /** Returns the index at which it was full; 0 if the time is over. */
  private long awaitFull(Deadline until) throws InterruptedException {
    long index = 0;
    while (true) {
      Duration wait = index == 0 ? Duration.ZERO : Participant.WAIT;
      Optional<KeyValue.Changes> now =
          place.await(
              who.kv().awaitChanges(folder, index, wait), index == 0 ? Deadline.NEVER : until);
      List<Entry> all = now.map(KeyValue.Changes::entries).orElse(List.of());
      Optional<Entry> mine = all.stream().filter(e -> e.key().equals(place.key())).findFirst();
      if (now.isPresent() ? mine.isEmpty() : !place.lease().isAlive()) {
        throw new OutcomeUnknownException(
            0, "the session ended at the barrier; the others may have gone on", null, null);
      } else if (now.isEmpty()) {
        return 0;
      }
      long full = full(all);
      if (full > mine.get().createIndex()) {
        return full;
      } else if (places(all) >= participants) {
        // Declined if another has done so: what was full then may be another round now.
        Flotilla.await(who.kv().compareAndSet(folder + "full", bytes(), full));
        index = 0;
      } else {
        index = now.get().index();
      }
    }
  }

  /** Another each time, as nothing changes otherwise. */
  private byte[] bytes() {
    return place.lease().id().getBytes(StandardCharsets.UTF_8);
  }

  private long full(List<Entry> all) {
    return all.stream()
        .filter(e -> e.key().equals(folder + "full"))
        .mapToLong(Entry::modifyIndex)
        .findFirst()
        .orElse(0);
  }

  private long places(List<Entry> all) {
    return all.stream().filter(e -> e.key().startsWith(folder + "in/")).count();
  }

  /** {@return whether this participant has entered, as far as this process can know} */
  public boolean isIn() {
    return round != 0 && place != null && place.lease().isAlive();
  }

  /**
   * Waits until all have left with whom this participant entered. It has left itself in any case.
   *
   * @param atMost 0: only looks whether this was the last one
   * @return false if the time is over
   * @throws InterruptedException if interrupted
   * @throws FlotillaException if a request fails; if that was to give up the place, the others go
   *     on after its TTL
   */
  public boolean leave(Duration atMost) throws InterruptedException {
    Deadline until = Deadline.in(atMost);
    long entered = round;
    close();
    String places = folder + "in/";
    KeyValue.Changes now = Flotilla.await(who.kv().awaitChanges(places, 0, Duration.ZERO));
    while (now.entries().stream().anyMatch(e -> e.createIndex() < entered)) {
      Optional<KeyValue.Changes> next =
          until.await(who.kv().awaitChanges(places, now.index(), Participant.WAIT));
      if (next.isEmpty()) {
        return false;
      }
      now = next.get();
    }
    return true;
  }

  /**
   * Leaves without waiting for the others.
   *
   * @throws FlotillaException if that can't be confirmed; the others then go on after the TTL
   */
  @Override
  public void close() {
    Place old = place;
    place = null;
    round = 0;
    if (old != null) {
      old.close();
    }
  }
}
