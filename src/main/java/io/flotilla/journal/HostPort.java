package io.flotilla.journal;

/**
 * Where something listens, as Raft's configuration has it.
 *
 * @param host an IPv6 address is in brackets
 */
record HostPort(String host, int port) {
  /** Parses {@code host:port}; the part after the last colon is the port. */
  static HostPort of(String address) {
    int colon = address.lastIndexOf(':');
    return new HostPort(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }
}
