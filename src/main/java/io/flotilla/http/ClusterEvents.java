package io.flotilla.http;

import akka.util.ByteString;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.flotilla.cluster.ClusterEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The latest of what this node has seen happen in the cluster, and those who follow it.
 * Thread-safe.
 */
public final class ClusterEvents {
  static final int KEPT = 1000;

  private final String life;
  private final String node;

  // All guarded by this.
  private final Deque<ByteString> latest = new ArrayDeque<>();
  private final Set<EventStream> followers = new LinkedHashSet<>();
  private long told;

  /**
   * @param life tells the ids of this life of the node from those of others
   */
  public ClusterEvents(String node, long life) {
    this.node = node;
    this.life = Long.toHexString(life);
  }

  private record Told(
      @JsonProperty("Time") String time, @JsonUnwrapped @JsonProperty ClusterEvent event) {}

  private record Start(@JsonProperty("Node") String node) {}

  private record Gap(@JsonProperty("Message") String message) {}

  /** A place between events: after so many of a life. */
  record Position(String life, long after) {}

  public synchronized void add(Instant time, ClusterEvent event) {
    told++;
    Told data = new Told(time.truncatedTo(ChronoUnit.MILLIS).toString(), event);
    ByteString bytes = EventStream.event(life + "-" + told, event.name(), data);
    latest.add(bytes);
    if (latest.size() > KEPT) {
      latest.remove();
    }
    // One that is too slow leaves.
    List.copyOf(followers).forEach(follower -> follower.send(bytes));
  }

  /**
   * Sends what is kept after this place, and then each event as it happens.
   *
   * @param after null: all that is kept
   * @return to be run when the client is gone
   */
  synchronized Runnable follow(Position after, EventStream stream) {
    long first = told - latest.size();
    boolean known = after == null || after.life().equals(life) && after.after() <= told;
    boolean all = known && (after == null || after.after() >= first);
    stream.send(EventStream.event("start", new Start(node)));
    if (!all) {
      stream.send(
          EventStream.event(
              "gap",
              new Gap(
                  known
                      ? "Events before the next are no longer kept."
                      : "This node has other events; these are its own.")));
    }
    long skipped = all && after != null ? after.after() - first : 0;
    latest.stream().skip(skipped).forEach(stream::send);
    followers.add(stream);
    return () -> leave(stream);
  }

  private synchronized void leave(EventStream stream) {
    followers.remove(stream);
  }
}
