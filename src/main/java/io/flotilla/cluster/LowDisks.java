package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.flotilla.wire.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Which members' disks are nearly full. Such a member says so to all once a second, and one that
 * hasn't been heard for a while isn't counted any longer: it has room again, or is gone. So
 * whatever is lost on the way is repaired by itself, and while all is well nothing is sent.
 */
public final class LowDisks extends AbstractBehavior<LowDisks.Command> {
  static final ServiceKey<Low> KEY = ServiceKey.create(Low.class, "low-disks");
  static final Duration INTERVAL = Duration.ofSeconds(1);
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Found(Receptionist.Listing listing) implements Command {}

  /** From a member to all. */
  record Low(String node) implements Command, Message {}

  private final String self;
  private final BooleanSupplier isLow;
  private final Consumer<Set<String>> listener;
  private final LongSupplier nanoTime;

  /** When each was heard last. */
  private final Map<String, Long> heard = new HashMap<>();

  private Set<String> told = Set.of();
  private Set<ActorRef<Low>> all = Set.of();

  /**
   * It looks at a disk, so it needs a thread that may block.
   *
   * @param isLow whether this node's is
   * @param listener is told of each change
   */
  public static Behavior<Command> create(
      String self, BooleanSupplier isLow, Consumer<Set<String>> listener, LongSupplier nanoTime) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> new LowDisks(context, timers, self, isLow, listener, nanoTime))))
        .onFailure(SupervisorStrategy.restart());
  }

  private LowDisks(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String self,
      BooleanSupplier isLow,
      Consumer<Set<String>> listener,
      LongSupplier nanoTime) {
    super(context);
    context.setLoggerName(LowDisks.class);
    this.self = self;
    this.isLow = isLow;
    this.listener = listener;
    this.nanoTime = nanoTime;
    ActorRef<Receptionist.Command> receptionist = context.getSystem().receptionist();
    receptionist.tell(Receptionist.register(KEY, context.getSelf().narrow()));
    receptionist.tell(
        Receptionist.subscribe(
            KEY, context.messageAdapter(Receptionist.Listing.class, Found::new)));
    context.getSelf().tell(Tick.INSTANCE);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, INTERVAL);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Found.class, this::onFound)
        .onMessage(Low.class, this::onLow)
        .build();
  }

  private Behavior<Command> onTick() {
    if (isLow.getAsBoolean()) {
      all.forEach(member -> member.tell(new Low(self)));
      return onLow(new Low(self));
    }
    heard.remove(self);
    return tell();
  }

  private Behavior<Command> onFound(Found found) {
    all = Set.copyOf(found.listing().getServiceInstances(KEY));
    return this;
  }

  private Behavior<Command> onLow(Low low) {
    heard.put(low.node(), nanoTime.getAsLong());
    return tell();
  }

  private Behavior<Command> tell() {
    long now = nanoTime.getAsLong();
    heard.values().removeIf(at -> now - at > REMEMBERED.toNanos());
    Set<String> low = Set.copyOf(heard.keySet());
    if (!low.equals(told)) {
      told = low;
      if (low.isEmpty()) {
        getContext().getLog().info("All disks have room again: writes may add data");
      } else {
        getContext()
            .getLog()
            .warn("Nearly full is the disk of {}: writes that add data are refused", low);
      }
      listener.accept(low);
    }
    return this;
  }
}
