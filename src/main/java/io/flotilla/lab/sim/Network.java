package io.flotilla.lab.sim;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The messages between the nodes: one channel per sender and receiver, in order unless the scenario
 * lets them overtake each other. The last row of channels holds the requests from outside.
 */
final class Network {
  private final World<?> world;
  private final Scenario<?> scenario;
  private final Timing timing;
  private final int nodes;
  private final List<Flight>[][] channels;

  /** Which side of the cut each node is on; all are on the same side of a whole network. */
  private final boolean[] beyond;

  /** The ways, from and to, on which everything is lost. */
  private final boolean[][] severed;

  private static final int SLOWER = 10;

  private int lastId;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Network(World<?> world, Scenario<?> scenario) {
    this.world = world;
    this.scenario = scenario;
    this.timing = scenario.timing();
    this.nodes = scenario.nodes().size();
    this.beyond = new boolean[nodes];
    this.severed = new boolean[nodes][nodes];
    this.channels = new List[nodes + 1][nodes];
    for (List<Flight>[] row : channels) {
      for (int to = 0; to < nodes; to++) {
        row[to] = new ArrayList<>(4);
      }
    }
  }

  /** The sender's index for requests from outside. */
  int outside() {
    return nodes;
  }

  List<Flight> channel(int from, int to) {
    return channels[from][to];
  }

  void send(int from, int to, ActorRef receiver, Envelope envelope) {
    int id = ++lastId;
    world.promise(from);
    int[] clock = world.tick(from);
    world.tell(SimEvent.Kind.SEND, from, to, id, envelope.message(), clock);
    if (world.isDown(from) || loses(from, to)) {
      world.tell(SimEvent.Kind.LOSE, from, to, id, envelope.message(), null);
      return;
    }
    long now = world.timers().now(from);
    // A slow node is slower than the network ever is.
    boolean slow = world.isSlow(from) || world.isSlow(to);
    long max = now >= scenario.limits().calm() ? timing.calm() : timing.max();
    long earliest = timing.isAsync() ? 0 : now + (slow ? max : timing.min());
    long latest = timing.isAsync() ? Timing.NEVER : now + (slow ? SLOWER * max : max);
    channels[from][to].add(new Flight(id, receiver, envelope, clock, earliest, latest));
  }

  /** A request waiting outside. */
  void ask(int to, ActorRef receiver, Object message, long at) {
    Envelope envelope = new Envelope(message, ActorRef.noSender());
    long earliest = timing.isAsync() ? 0 : at;
    long latest = timing.isAsync() ? Timing.NEVER : at;
    channels[nodes][to].add(new Flight(++lastId, receiver, envelope, null, earliest, latest));
  }

  void lose(int from, int to, int nth) {
    Flight lost = channels[from][to].remove(nth - 1);
    world.tell(SimEvent.Kind.LOSE, from, to, lost.id(), lost.message(), null);
  }

  /** The copy is queued right behind the original. */
  void duplicate(int from, int to, int nth) {
    Flight original = channels[from][to].get(nth - 1);
    Flight copy = original.copy(++lastId);
    channels[from][to].add(nth, copy);
    world.tell(SimEvent.Kind.DUPLICATE, from, to, copy.id(), original.id(), null);
  }

  /** Messages across the cut are lost, including those in flight, as with a broken connection. */
  void cut(List<Integer> side) {
    side.forEach(node -> beyond[node] = true);
    loseWhatIsCutOff();
  }

  void sever(int from, int to) {
    severed[from][to] = true;
    loseWhatIsCutOff();
  }

  private boolean loses(int from, int to) {
    return beyond[from] != beyond[to] || severed[from][to];
  }

  private void loseWhatIsCutOff() {
    for (int from = 0; from < nodes; from++) {
      for (int to = 0; to < nodes; to++) {
        while (loses(from, to) && !channels[from][to].isEmpty()) {
          lose(from, to, 1);
        }
      }
    }
  }

  void heal() {
    Arrays.fill(beyond, false);
    for (boolean[] ways : severed) {
      Arrays.fill(ways, false);
    }
  }

  /** Whether anything is cut. */
  boolean isBroken() {
    for (boolean[] ways : severed) {
      for (boolean way : ways) {
        if (way) {
          return true;
        }
      }
    }
    return isCut();
  }

  boolean isCut() {
    for (boolean b : beyond) {
      if (b) {
        return true;
      }
    }
    return false;
  }

  void fingerprint(Fingerprint into, long now) {
    for (List<Flight>[] row : channels) {
      for (List<Flight> channel : row) {
        into.add(channel.size());
        for (Flight flight : channel) {
          into.add(SimEvent.text(flight.message()));
          if (flight.clock() != null) {
            into.add(flight.clock());
          }
          if (!timing.isAsync()) {
            into.add(Math.max(0, flight.earliest() - now)).add(flight.latest() - now);
          }
        }
      }
    }
    for (boolean b : beyond) {
      into.add(b ? 1 : 0);
    }
    for (boolean[] ways : severed) {
      for (boolean way : ways) {
        into.add(way ? 1 : 0);
      }
    }
  }
}
