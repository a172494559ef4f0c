package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Byzantine generals with oral messages, OM(1) (Lamport, Shostak and Pease, 1982). A commander
 * orders; each lieutenant tells the others what it was ordered, and does what most say. With four
 * generals, one may be a traitor and say what it likes, to each something else: the loyal
 * lieutenants do the same, and what they were ordered if the commander is loyal. With three there
 * is no way.
 *
 * <p>Assumes that every message arrives, and that it is known who sent it.
 */
public class Generals extends AbstractBehavior<Generals.Msg> {
  public static final String COMMANDER = "G";

  /** What is ordered and done. */
  public enum Plan {
    ATTACK,
    RETREAT
  }

  /** What a general can receive. */
  public sealed interface Msg {}

  /** From outside, to the commander. */
  public record Decide(Plan plan) implements Msg {}

  /** From the commander. */
  public record Order(Plan plan) implements Msg {}

  /** From a lieutenant: "the commander told me". */
  public record Told(String by, Plan plan) implements Msg {}

  public record Ordered(Plan plan) implements Event {}

  public record Does(Plan plan) implements Event {}

  protected final Host<Msg> host;

  /** What the commander is said to have ordered, by whom; one's own order is there as well. */
  private final SortedMap<String, Plan> told = new TreeMap<>();

  /** A general; if it is the traitor, it says to each what its dice say. */
  public static Behavior<Msg> create(Host<Msg> host, String traitor) {
    return Behaviors.setup(
        ctx ->
            host.id().equals(traitor)
                ? new Generals(ctx, host) {
                  @Override
                  protected Plan say(Plan plan) {
                    return host.random().nextBoolean() ? Plan.ATTACK : Plan.RETREAT;
                  }
                }
                : new Generals(ctx, host));
  }

  protected Generals(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Decide.class, m -> onDecide(m.plan()))
        .onMessage(Order.class, m -> onOrder(m.plan()))
        .onMessage(Told.class, m -> onTold(m.by(), m.plan()))
        .build();
  }

  protected Plan say(Plan plan) {
    return plan;
  }

  private Behavior<Msg> onDecide(Plan plan) {
    host.report(new Ordered(plan));
    host.others().forEach(lieutenant -> host.tell(lieutenant, new Order(say(plan))));
    return this;
  }

  private Behavior<Msg> onOrder(Plan plan) {
    for (String other : host.others()) {
      if (!other.equals(COMMANDER)) {
        host.tell(other, new Told(host.id(), say(plan)));
      }
    }
    return onTold(host.id(), plan);
  }

  private Behavior<Msg> onTold(String by, Plan plan) {
    told.put(by, plan);
    if (isComplete(told)) {
      host.report(new Does(choose(told)));
    }
    return this;
  }

  /** One word from each lieutenant, itself among them. */
  protected boolean isComplete(SortedMap<String, Plan> words) {
    return words.size() == host.others().size();
  }

  /** What most say; if as many say this as that, they retreat. */
  protected Plan choose(SortedMap<String, Plan> words) {
    long attack = words.values().stream().filter(p -> p == Plan.ATTACK).count();
    return 2 * attack > words.size() ? Plan.ATTACK : Plan.RETREAT;
  }

  @Override
  public String toString() {
    return "was told " + told;
  }
}
