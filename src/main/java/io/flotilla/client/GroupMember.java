package io.flotilla.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A member of a group, in which each has an id and data for the others, and which it leaves when it
 * is closed or dies.
 *
 * <p>What it can't promise: that a member in the list is alive. One that died is in it until its
 * TTL is over; one that is paused or cut off may be out of it and not know yet. {@link PrefixCache}
 * follows who comes and goes. Not thread-safe.
 */
public final class GroupMember implements AutoCloseable {
  private final Participant who;
  private final String folder;
  private final String id;
  private final byte[] data;
  private Place place;
  private Runnable onLost = () -> {};

  GroupMember(Participant who, String group, String id, byte[] data) {
    this.who = who;
    this.folder = group + "/.members/";
    this.id = id;
    this.data = data.clone();
  }

  /**
   * Becomes a member. One that is a member already stays it.
   *
   * @return false if another has this id
   * @throws FlotillaException if a request fails. If the outcome is unknown, it may be seen as a
   *     member until its TTL is over
   */
  public boolean join() {
    if (isMember()) {
      return true;
    }
    close();
    place = who.take(session -> folder + id, data).orElse(null);
    if (place != null) {
      place.lease().onLost(onLost);
    }
    return place != null;
  }

  /** {@return whether it is a member, as far as this process can know} */
  public boolean isMember() {
    return place != null && place.lease().isAlive();
  }

  /** {@return all members' data by id, in the order of the ids; whether or not this is one} */
  public CompletableFuture<Map<String, byte[]>> members() {
    return who.kv()
        .list(folder)
        .thenApply(
            entries -> {
              Map<String, byte[]> members = new LinkedHashMap<>();
              entries.forEach(e -> members.put(e.key().substring(folder.length()), e.value()));
              return members;
            });
  }

  /**
   * Runs the task as soon as the others may take this for gone; {@link #join}, on another thread,
   * makes it a member again.
   *
   * @param task replaces an earlier one if it has not joined yet. It must not block, see {@link
   *     Lease#onLost}
   * @return this member
   */
  public GroupMember onLost(Runnable task) {
    this.onLost = task;
    if (place != null) {
      place.lease().onLost(task);
    }
    return this;
  }

  /**
   * Leaves the group, and waits until that has happened.
   *
   * @throws FlotillaException if that can't be confirmed; it then leaves with its TTL
   */
  @Override
  public void close() {
    Place old = place;
    place = null;
    if (old != null) {
      old.close();
    }
  }
}
