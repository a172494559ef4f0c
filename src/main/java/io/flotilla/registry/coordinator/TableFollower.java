package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.flotilla.registry.Member;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.Publish.Beat;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Part;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A node's end of the table: takes each version that the coordinator publishes and gives it to the
 * node's balancer. It is also how the coordinator knows that the node is there.
 */
public final class TableFollower extends AbstractBehavior<TableFollower.Command> {
  static final ServiceKey<ToFollower> KEY = ServiceKey.create(ToFollower.class, "table-follower");

  public sealed interface Command permits ToFollower, Announce {}

  /** This namespace lives on this node and has something registered, or sessions. */
  public record Announce(String namespace) implements Command {}

  private final Member self;
  private final Balancer balancer;
  private final Set<String> namespaces = new LinkedHashSet<>();
  private ActorRef<FromFollower> coordinator;

  /** The version that is coming in, as far as it has come. */
  private Table incoming;

  private int parts;

  public static Behavior<Command> create(Member self, Balancer balancer) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(context -> new TableFollower(context, self, balancer)))
        .onFailure(SupervisorStrategy.resume()); // a part that was not taken is asked for again
  }

  private TableFollower(ActorContext<Command> context, Member self, Balancer balancer) {
    super(context);
    this.self = self;
    this.balancer = balancer;
    context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf().narrow()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Part.class, this::onPart)
        .onMessage(Beat.class, this::onBeat)
        .onMessage(Announce.class, this::onAnnounce)
        .build();
  }

  private Behavior<Command> onAnnounce(Announce announce) {
    if (namespaces.add(announce.namespace()) && coordinator != null) {
      coordinator.tell(new Publish.Found(announce.namespace()));
    }
    return this;
  }

  private Behavior<Command> onPart(Part part) {
    meet(part);
    Version own = balancer.table().version();
    if (part.version().compareTo(own) <= 0) {
      return this; // from an earlier coordinator, or sent twice
    }
    boolean whole = part.base().equals(Version.NONE);
    if (part.part() == 0) {
      parts = 0;
      incoming = balancer.table();
    }
    if (part.part() != parts || !whole && !part.base().equals(own)) {
      return behind();
    }
    parts++;
    incoming =
        incoming
            .without(part.anew())
            .with(part.version(), part.changed(), part.removed())
            .withoutHosts(part.hostsAnew())
            .withHosts(part.hosts(), part.hostsRemoved());
    if (part.last()) {
      balancer.update(incoming);
    }
    return this;
  }

  private Behavior<Command> onBeat(Beat beat) {
    meet(beat);
    return beat.version().compareTo(balancer.table().version()) > 0 ? behind() : this;
  }

  private Behavior<Command> behind() {
    parts = Integer.MAX_VALUE; // what still comes of this version is of no use
    coordinator.tell(new Publish.Behind(getContext().getSelf().narrow()));
    return this;
  }

  private void meet(ToFollower message) {
    if (!message.coordinator().equals(coordinator)) {
      coordinator = message.coordinator();
      List<String> known = new ArrayList<>(namespaces);
      coordinator.tell(new Publish.Introduce(self, known, getContext().getSelf().narrow()));
    }
  }
}
