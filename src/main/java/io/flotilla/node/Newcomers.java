package io.flotilla.node;

import akka.actor.ActorCell;
import akka.actor.ActorContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Connections to the cluster port that have not proved yet which node they are from. There are
 * some; then the oldest ends, so that nobody without a certificate fills this node's heap (each
 * costs Akka 110 KiB, for as long as it is open) or keeps a member out.
 *
 * <p>Akka has no such limit, and nothing public that ends a connection which came in. But each has
 * an actor for its TLS, which asks for an engine while it is made: whose engine it is, Akka knows
 * then.
 */
final class Newcomers {
  static final int MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);

  /** Of so many that were ended, one is logged: whoever causes them must not fill the log. */
  private static final int LOG_EVERY = 1000;

  private final Map<SSLEngine, ActorContext> connections = new LinkedHashMap<>();
  private long ended;

  /** For a connection that has just come in. */
  synchronized void add(SSLEngine engine) {
    connections.keySet().removeIf(SSLEngine::isOutboundDone);
    current().ifPresent(actor -> connections.put(engine, actor));
    if (connections.size() > MOST) {
      var oldest = connections.entrySet().iterator().next();
      connections.remove(oldest.getKey());
      end(oldest.getValue());
    }
  }

  /** It has proved who it is. */
  synchronized void known(SSLSession session) {
    connections.keySet().removeIf(engine -> engine.getSession() == session);
  }

  private void end(ActorContext actor) {
    actor.system().stop(actor.self());
    if (ended++ % LOG_EVERY == 0) {
      LOG.warn(
          "More than {} connections to the cluster port have not shown a certificate: the oldest is"
              + " ended, {} so far",
          MOST,
          ended);
    }
  }

  /** The actor that is being made by this thread. Akka keeps it on a stack that isn't public. */
  private static Optional<ActorContext> current() {
    return CollectionConverters.asJava(ActorCell.contextStack().get()).stream()
        .filter(Objects::nonNull)
        .findFirst();
  }
}
