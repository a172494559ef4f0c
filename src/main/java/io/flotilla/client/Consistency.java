package io.flotilla.client;

/**
 * How fresh an answer must be (<a
 * href="https://developer.hashicorp.com/consul/api-docs/features/consistency">Consul's modes</a>).
 */
public enum Consistency {
  /** Linearizable: sees every write that was acknowledged before the read began. */
  DEFAULT(null),

  /** The same, asked for by Consul's name of it: {@code ?consistent}. */
  CONSISTENT("consistent"),

  /** From the asked node's own copy: needs no other node, and may be behind. */
  STALE("stale");

  private final String parameter;

  Consistency(String parameter) {
    this.parameter = parameter;
  }

  /** The query parameter that asks for it, null for none. */
  String parameter() {
    return parameter;
  }
}
