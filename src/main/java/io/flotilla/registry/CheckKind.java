package io.flotilla.registry;

/** A way to make a check other than by TTL, HTTP or TCP. */
public sealed interface CheckKind {
  /** As Consul calls it. */
  String type();

  /** Roughly what it occupies. */
  long bytes();

  /**
   * gRPC's health protocol.
   *
   * @param target {@code host:port}, or {@code host:port/service}
   */
  record Grpc(String target, boolean tls) implements CheckKind {
    @Override
    public String type() {
      return "grpc";
    }

    @Override
    public long bytes() {
      return 64 + target.length();
    }
  }

  /** A ping of HTTP/2. */
  record H2Ping(String target, boolean tls) implements CheckKind {
    @Override
    public String type() {
      return "h2ping";
    }

    @Override
    public long bytes() {
      return 64 + target.length();
    }
  }

  /** A datagram that isn't rejected. */
  record Udp(String target) implements CheckKind {
    @Override
    public String type() {
      return "udp";
    }

    @Override
    public long bytes() {
      return 64 + target.length();
    }
  }

  /**
   * Stands as the checks of another service, or of a node. Nobody is asked: see {@link Aliases}.
   *
   * @param node empty: where the service is found by its id
   * @param service its id; empty: the node itself
   */
  record Alias(String node, String service) implements CheckKind {
    @Override
    public String type() {
      return "alias";
    }

    @Override
    public long bytes() {
      return 64 + node.length() + service.length();
    }
  }
}
