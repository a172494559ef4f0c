package io.flotilla.lab.sim;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is run: the nodes, their behavior, the requests they get, and what the world may do to them.
 *
 * @param nodes names in order; letters and digits only
 * @param behavior makes the behavior of a host's node, anew for every life of the node
 * @param script requests from outside, in order per node
 * @param crashable the nodes that crashes, cuts and pauses may hit
 * @param limits where a run ends
 */
public record Scenario<M>(
    List<String> nodes,
    Function<Host<M>, Behavior<M>> behavior,
    List<Stimulus<M>> script,
    Timing timing,
    Faults faults,
    List<String> crashable,
    Limits limits) {

  /**
   * A request from outside.
   *
   * @param at virtual milliseconds; meaningless in an asynchronous world
   */
  public record Stimulus<M>(String node, M message, long at) {}

  /**
   * @param steps the largest number of choices in a run
   * @param horizon the virtual time at which a run ends
   * @param calm the virtual time after which no new fault happens
   * @param stayDown when the calm begins all is mended, but so many nodes may stay down; {@link
   *     #ALL_STAYS} if nothing is mended
   * @param timers how many timers may fire in one run; keeps small worlds finite
   */
  public record Limits(int steps, long horizon, long calm, int stayDown, int timers) {
    public static final int ALL_STAYS = -1;
    public static final Limits DEFAULT =
        new Limits(400, Timing.NEVER, Timing.NEVER, ALL_STAYS, 10_000);
  }

  public Scenario {
    nodes = List.copyOf(nodes);
    script = List.copyOf(script);
    for (String node : nodes) {
      if (!node.matches("[A-Za-z0-9]+")) {
        throw new IllegalArgumentException("A node's name has only letters and digits: " + node);
      }
    }
  }

  /** An asynchronous world without faults and without requests. */
  public static <M> Scenario<M> of(List<String> nodes, Function<Host<M>, Behavior<M>> behavior) {
    return new Scenario<>(
        nodes, behavior, List.of(), Timing.ASYNC, Faults.NONE, nodes, Limits.DEFAULT);
  }

  public Scenario<M> ask(String node, M message) {
    return askAt(0, node, message);
  }

  public Scenario<M> askAt(long at, String node, M message) {
    List<Stimulus<M>> longer = new ArrayList<>(script);
    longer.add(new Stimulus<>(node, message, at));
    return new Scenario<>(nodes, behavior, longer, timing, faults, crashable, limits);
  }

  public Scenario<M> with(Function<Host<M>, Behavior<M>> other) {
    return new Scenario<>(nodes, other, script, timing, faults, crashable, limits);
  }

  public Scenario<M> with(Timing other) {
    return new Scenario<>(nodes, behavior, script, other, faults, crashable, limits);
  }

  public Scenario<M> with(Faults other) {
    return new Scenario<>(nodes, behavior, script, timing, other, crashable, limits);
  }

  public Scenario<M> with(Limits other) {
    return new Scenario<>(nodes, behavior, script, timing, faults, crashable, other);
  }

  public Scenario<M> crashable(List<String> some) {
    return new Scenario<>(nodes, behavior, script, timing, faults, some, limits);
  }

  public Scenario<M> steps(int most) {
    return with(
        new Limits(most, limits.horizon(), limits.calm(), limits.stayDown(), limits.timers()));
  }

  public Scenario<M> timers(int most) {
    return with(
        new Limits(limits.steps(), limits.horizon(), limits.calm(), limits.stayDown(), most));
  }

  /** Ends at {@code horizon}; no new fault after {@code calm}. */
  public Scenario<M> until(long horizon, long calm) {
    return with(new Limits(limits.steps(), horizon, calm, Limits.ALL_STAYS, limits.timers()));
  }

  /** Faults until {@code calm}; then all is mended, and what must happen has until {@code end}. */
  public Scenario<M> calmFrom(long calm, long end) {
    return with(new Limits(limits.steps(), end, calm, 0, limits.timers()));
  }

  /** So many nodes that are down when the calm begins stay so. */
  public Scenario<M> leavingDown(int most) {
    return with(new Limits(limits.steps(), limits.horizon(), limits.calm(), most, limits.timers()));
  }
}
