package io.flotilla.acl;

import java.util.List;

/**
 * Stands for the policy that a service or a node of this name needs.
 *
 * @param datacenters where it counts; none: everywhere
 */
public record AclIdentity(String name, List<String> datacenters) {
  /** What a service needs: to register itself and to find the others. */
  Rules ofService() {
    Rules rules = Rules.none();
    for (String own : List.of(name, name + "-sidecar-proxy")) {
      rules.add(Resource.SERVICE, own, false, Level.WRITE);
    }
    rules.add(Resource.SERVICE, "", true, Level.READ);
    rules.add(Resource.NODE, "", true, Level.READ);
    return rules;
  }

  /** What a node needs: to register itself, and to find what is registered. */
  Rules ofNode() {
    Rules rules = Rules.none();
    rules.add(Resource.NODE, name, false, Level.WRITE);
    rules.add(Resource.SERVICE, "", true, Level.READ);
    return rules;
  }

  boolean countsIn(String datacenter) {
    return datacenters.isEmpty() || datacenters.contains(datacenter);
  }

  long bytes() {
    return 64 + name.length() + 32L * datacenters.size();
  }
}
