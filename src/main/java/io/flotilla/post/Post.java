package io.flotilla.post;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import io.flotilla.async.Outbox;
import io.flotilla.wire.Message;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Carries messages to actors of other nodes: those for one node that wait for a thread leave as one
 * message of Akka's. What Akka and the network do for a message, and above all waking the threads
 * that do it, takes the same time whether it holds one or twenty.
 *
 * <p>As with Akka, a message arrives once or not at all, and those from one sender to one receiver
 * arrive in order, as long as all go this way.
 */
public final class Post implements Extension {
  /** Since when nodes understand it. */
  public static final int PROTOCOL = 3;

  /** Of what leaves together; Artery's frames are four times as large. */
  static final int MOST_BYTES = 1 << 20;

  /** Larger ones leave alone. */
  static final int LARGE_BYTES = 64 << 10;

  private static final String NAME = "flotilla-post";
  private static final int OVERHEAD_BYTES = 256;
  private static final int MOST_ADDRESSES = 1000;

  private static final ExtensionId<Post> ID =
      new ExtensionId<>() {
        @Override
        public Post createExtension(ActorSystem<?> system) {
          return new Post(system);
        }
      };

  private record Stamped(Letter letter, int bytes) {}

  private final ActorSystem<?> system;
  private final Map<Address, Outbox<Stamped>> outboxes = new ConcurrentHashMap<>();
  private volatile BooleanSupplier understood = () -> false;

  public static Post get(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  private Post(ActorSystem<?> system) {
    this.system = system;
    system.systemActorOf(PostOffice.create(), NAME, Props.empty());
  }

  /**
   * Until this is called each message leaves alone.
   *
   * @param understood whether all nodes understand {@link #PROTOCOL}
   */
  public void mayGather(BooleanSupplier understood) {
    this.understood = understood;
  }

  /**
   * @param bytes about its size
   */
  public <T, M extends T> void send(ActorRef<T> to, M message, long bytes) {
    Address node = to.path().address();
    if (node.hasLocalScope()
        || bytes > LARGE_BYTES
        || !(message instanceof Message)
        || !understood.getAsBoolean()) {
      to.tell(message);
      return;
    }
    Letter letter = new Letter(to.unsafeUpcast(), (Message) message);
    outbox(node).add(new Stamped(letter, (int) bytes + OVERHEAD_BYTES));
  }

  private Outbox<Stamped> outbox(Address node) {
    Outbox<Stamped> known = outboxes.get(node);
    if (known != null) {
      return known;
    }
    if (outboxes.size() > MOST_ADDRESSES) {
      outboxes.clear();
    }
    return outboxes.computeIfAbsent(node, this::open);
  }

  private Outbox<Stamped> open(Address node) {
    ActorRef<Letters> there =
        ActorRefResolver.get(system).resolveActorRef(node + "/system/" + NAME);
    return new Outbox<>(
        system.executionContext(),
        MOST_BYTES,
        Stamped::bytes,
        all -> there.tell(new Letters(all.stream().map(Stamped::letter).toList())));
  }
}
