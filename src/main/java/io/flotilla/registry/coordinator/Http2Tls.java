package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.tls.ClientTls;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Java's TLS for a client that wants to speak HTTP/2. */
final class Http2Tls {
  private Http2Tls() {}

  static SSLEngine engine(String host, boolean skipVerify) {
    SSLContext context = skipVerify ? ClientTls.trustingAnybody(Optional.empty()) : trusting();
    SSLEngine engine = context.createSSLEngine(host, -1);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!Targets.isAddress(host)) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static SSLContext trusting() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
