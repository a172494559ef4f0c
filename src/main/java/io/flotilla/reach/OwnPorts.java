package io.flotilla.reach;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of the cluster's members: of each at its own addresses, and of those on this machine at
 * all that the machine has.
 */
public final class OwnPorts implements Predicate<InetSocketAddress> {
  /**
   * @param hosts names or addresses by which it is reached
   */
  public record Member(Set<String> hosts, Set<Integer> ports) {}

  private record Known(Set<InetAddress> local, Map<InetAddress, Set<Integer>> ports) {}

  private static final Logger LOG = LoggerFactory.getLogger(OwnPorts.class);

  private final Supplier<List<Member>> members;

  /** Null: nobody has looked yet. */
  private volatile Known known;

  /**
   * @param members who they are now
   */
  public OwnPorts(Supplier<List<Member>> members) {
    this.members = members;
  }

  /**
   * To be called again and again, as members come and names change. Waits for name servers. Never
   * fails, or it would be the last time.
   */
  public synchronized void look() {
    try {
      known = found();
    } catch (RuntimeException e) {
      LOG.warn("This node can't tell which ports are the cluster's", e);
    }
  }

  private Known found() {
    Set<InetAddress> local = localAddresses();
    Map<InetAddress, Set<Integer>> ports = new HashMap<>();
    for (Member member : members.get()) {
      for (String host : member.hosts()) {
        for (InetAddress address : resolved(host)) {
          ports.computeIfAbsent(address, a -> new HashSet<>()).addAll(member.ports());
        }
      }
    }
    return new Known(local, ports);
  }

  private static Set<InetAddress> localAddresses() {
    Set<InetAddress> all = new HashSet<>();
    try {
      NetworkInterface.networkInterfaces().forEach(i -> i.inetAddresses().forEach(all::add));
    } catch (SocketException e) {
      // what can't be listed isn't there
    }
    return all;
  }

  private static InetAddress[] resolved(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  /** Until it is known, all are. */
  @Override
  public boolean test(InetSocketAddress target) {
    Known now = known;
    if (now == null) {
      return true;
    }
    InetAddress address = target.getAddress();
    return now.ports().getOrDefault(address, Set.of()).contains(target.getPort())
        || isLocal(now, address)
            && now.ports().entrySet().stream()
                .anyMatch(e -> isLocal(now, e.getKey()) && e.getValue().contains(target.getPort()));
  }

  private static boolean isLocal(Known now, InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || now.local().contains(address);
  }
}
