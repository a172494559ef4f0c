package io.flotilla.akka;

import akka.actor.ClassicActorSystemProvider;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.ExtensionId;
import akka.actor.ExtensionIdProvider;
import com.typesafe.config.Config;
import io.flotilla.client.Flotilla;
import io.flotilla.client.Lock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** An actor system's client of Flotilla, closed when the system ends. */
public final class FlotillaClient implements Extension {
  private static final Id ID = new Id();

  private static final class Id implements ExtensionId<FlotillaClient>, ExtensionIdProvider {
    @Override
    public Id lookup() {
      return this;
    }

    @Override
    public FlotillaClient createExtension(ExtendedActorSystem system) {
      return new FlotillaClient(system);
    }
  }

  private final Flotilla flotilla;
  private final Map<String, Lock> held = new ConcurrentHashMap<>();

  private FlotillaClient(ExtendedActorSystem system) {
    Config config = system.settings().config().getConfig("flotilla.client");
    String token = config.getString("token");
    this.flotilla =
        Flotilla.builder(config.getString("addresses"))
            .token(token.isEmpty() ? null : token)
            .build();
    system.registerOnTermination(flotilla::close);
  }

  /**
   * {@return the system's}
   *
   * @param system classic or typed
   */
  public static FlotillaClient get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  Flotilla flotilla() {
    return flotilla;
  }

  /**
   * {@return the fencing token of a lease that this system holds; empty if it holds none of this
   * name}
   *
   * <p>It is higher than that of every holder before. Sent with a write, as {@code setFenced} of
   * the lease's namespace or to a resource that compares tokens, it keeps out holders that don't
   * know yet that they have lost the lease.
   *
   * @param lease its name, such as {@code SYSTEM-akka-sbr}
   */
  public OptionalLong fencingToken(String lease) {
    Lock lock = held.get(lease);
    long token = lock == null ? 0 : lock.token(); // 0 too if it was lost at this moment
    return token != 0 && lock.isHeld() ? OptionalLong.of(token) : OptionalLong.empty();
  }

  void holds(String lease, Lock lock) {
    held.put(lease, lock);
  }

  void holdsNoLonger(String lease, Lock lock) {
    held.remove(lease, lock);
  }
}
