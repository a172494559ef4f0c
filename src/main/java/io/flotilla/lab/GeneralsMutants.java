package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Generals.Msg;
import io.flotilla.lab.Generals.Plan;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The loyal generals with one wrong rule each. */
public final class GeneralsMutants {
  private GeneralsMutants() {}

  private static Behavior<Msg> loyal(
      Host<Msg> host, String traitor, Function<ActorContext<Msg>, Behavior<Msg>> wrong) {
    return host.id().equals(traitor)
        ? Generals.create(host, traitor)
        : Behaviors.setup(wrong::apply);
  }

  /** A lieutenant does what it was ordered and asks nobody: OM(0). */
  public static Behavior<Msg> believesTheOrder(Host<Msg> host, String traitor) {
    return loyal(
        host,
        traitor,
        ctx ->
            new Generals(ctx, host) {
              @Override
              protected Plan choose(SortedMap<String, Plan> words) {
                return words.get(host.id());
              }
            });
  }

  /** A lieutenant counts what the others say, and not what it was ordered itself. */
  public static Behavior<Msg> believesTheOthers(Host<Msg> host, String traitor) {
    return loyal(
        host,
        traitor,
        ctx ->
            new Generals(ctx, host) {
              @Override
              protected Plan choose(SortedMap<String, Plan> words) {
                SortedMap<String, Plan> others = new TreeMap<>(words);
                others.remove(host.id());
                return super.choose(others);
              }
            });
  }

  /** A lieutenant decides with the first two words of three. */
  public static Behavior<Msg> twoWordsAreEnough(Host<Msg> host, String traitor) {
    return loyal(
        host,
        traitor,
        ctx ->
            new Generals(ctx, host) {
              @Override
              protected boolean isComplete(SortedMap<String, Plan> words) {
                return words.size() == host.others().size() - 1;
              }
            });
  }
}
