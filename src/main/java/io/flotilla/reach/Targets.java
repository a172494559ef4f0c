package io.flotilla.reach;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Turns what clients named into the address that is connected to. Names are resolved here and only
 * here: looked up once more, a name could lead elsewhere than where was checked.
 */
public final class Targets {
  /** It must not be connected to. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private final Ranges ranges;
  private final Predicate<InetSocketAddress> own;

  /**
   * @param own the ports of the cluster itself, which are never a target
   */
  public Targets(Ranges ranges, Predicate<InetSocketAddress> own) {
    this.ranges = ranges;
    this.own = own;
  }

  /** For a process that is no member of a cluster, or may lead to it. */
  public static Targets in(Ranges ranges) {
    return new Targets(ranges, address -> false);
  }

  /** Whether the host is an address, so that {@link #of} does not wait for anybody. */
  public static boolean isAddress(String host) {
    return Cidr.isNumeric(host);
  }

  /**
   * @param host a name or an address
   * @throws RefusedException if it must not be connected to, or there is none of this name
   */
  public InetSocketAddress of(String host, int port) {
    List<InetSocketAddress> all =
        Arrays.stream(resolved(host)).map(a -> new InetSocketAddress(a, port)).toList();
    return all.stream()
        .filter(address -> ranges.include(address.getAddress()) && !own.test(address))
        .findFirst()
        .orElseThrow(() -> refused(host, all.get(0)));
  }

  private static InetAddress[] resolved(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new RefusedException("there is no host '" + host + "'");
    }
  }

  private RefusedException refused(String host, InetSocketAddress address) {
    String what = host + ":" + address.getPort();
    return new RefusedException(
        own.test(address)
            ? what + " is a port of this cluster itself, which checks and proxies don't lead to"
            : what + " is not among the targets that flotilla.targets allows");
  }
}
