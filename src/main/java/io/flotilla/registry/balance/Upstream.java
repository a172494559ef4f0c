package io.flotilla.registry.balance;

import java.util.List;
import java.util.Map;

/**
 * What a table knows of one service.
 *
 * @param policy used where a request names none
 * @param key where the HTTP proxy finds the hash key
 * @param instances that pass their checks, in a stable order; empty: the service is registered, but
 *     none of it may be used
 */
public record Upstream(
    String namespace, String service, Policy policy, HashKey key, List<Instance> instances) {

  /** Keys of a service's Meta that say how it is balanced. */
  public static final String POLICY_META = "flotilla-policy";

  public static final String KEY_META = "flotilla-hash-key";

  public Upstream {
    instances = List.copyOf(instances);
  }

  /**
   * @param meta of the service's first instance. What is not understood there counts as not given:
   *     a misspelt policy must not take a service off the net
   */
  public static Upstream of(
      String namespace, String service, Map<String, String> meta, List<Instance> instances) {
    Policy policy = Policy.DEFAULT;
    HashKey key = HashKey.CLIENT;
    try {
      policy = Policy.of(meta.getOrDefault(POLICY_META, Policy.DEFAULT.text()));
      key = HashKey.of(meta.getOrDefault(KEY_META, HashKey.CLIENT.text()));
    } catch (IllegalArgumentException e) {
      // the default
    }
    return new Upstream(namespace, service, policy, key, instances);
  }
}
