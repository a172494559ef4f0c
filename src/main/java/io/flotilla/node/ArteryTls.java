package io.flotilla.node;

import akka.remote.artery.tcp.SSLEngineProvider;
import io.flotilla.tls.Tls;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import scala.Option;

/**
 * TLS between the nodes' actor systems. Both sides must be nodes. Whose node is at an address, Akka
 * doesn't know when it connects; so the certificate must be for the host that was dialled.
 */
final class ArteryTls implements SSLEngineProvider {
  private final Tls tls;

  ArteryTls(Tls tls) {
    this.tls = tls;
  }

  @Override
  public SSLEngine createServerSSLEngine(String host, int port) {
    return tls.accepting();
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    return tls.dialling(host, port);
  }

  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    return verify(session);
  }

  @Override
  public Option<Throwable> verifyServerSession(String host, SSLSession session) {
    return verify(session);
  }

  private static Option<Throwable> verify(SSLSession session) {
    try {
      Tls.peer(session);
      return Option.empty();
    } catch (SSLException e) {
      return Option.apply(e);
    }
  }
}
