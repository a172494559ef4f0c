package io.flotilla.node;

import akka.remote.artery.tcp.SSLEngineProvider;
import io.flotilla.journal.Seed;
import io.flotilla.tls.Tls;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS between the nodes' actor systems. Both sides must be nodes. Whose node is at an address, Akka
 * doesn't know when it connects; so the certificate must be for the host that was dialled, and of
 * the member that is there, if one is known to be.
 */
final class ArteryTls implements SSLEngineProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ArteryTls.class);

  private final Tls tls;
  private final Newcomers newcomers = new Newcomers();
  private volatile Supplier<Collection<Seed>> members = List::of;

  ArteryTls(Tls tls) {
    this.tls = tls;
  }

  /** Sets who the members are: until then, there is nobody to know it from. */
  void expect(Supplier<Collection<Seed>> members) {
    this.members = members;
  }

  @Override
  public SSLEngine createServerSSLEngine(String host, int port) {
    SSLEngine engine = tls.accepting();
    newcomers.add(engine);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    return tls.dialling(host, port);
  }

  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    try {
      String node = Tls.peer(session);
      for (Seed member : members.get()) {
        boolean isThere =
            member.host().equals(host) && member.clusterPort() == session.getPeerPort();
        if (isThere && !member.id().equals(node)) {
          throw new SSLException("node " + node + " is there, and not " + member.id());
        }
      }
      return Option.empty();
    } catch (SSLException e) {
      LOG.warn("A connection is refused: {}", e.getMessage());
      return Option.apply(e);
    }
  }

  @Override
  public Option<Throwable> verifyServerSession(String host, SSLSession session) {
    try {
      Tls.peer(session);
      newcomers.known(session);
      return Option.empty();
    } catch (SSLException e) {
      LOG.warn("A connection is refused: {}", e.getMessage());
      return Option.apply(e);
    }
  }
}
