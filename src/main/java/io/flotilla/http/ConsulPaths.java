package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import java.util.Set;

/** Which paths are Consul's: all below {@code /v1} but Flotilla's own. */
final class ConsulPaths {
  private static final String VERSION = "v1";

  private static final Set<String> OWN =
      Set.of(
          "balance", "cluster", "coordinator", "debug", "proxy", "replication", "topics", "watch");

  private ConsulPaths() {}

  static boolean has(HttpRequest request) {
    String[] segments = request.getUri().path().split("/", 4);
    return segments.length > 2 && segments[1].equals(VERSION) && !OWN.contains(segments[2]);
  }
}
