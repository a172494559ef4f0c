package io.flotilla.client;

/** How fresh an answer must be. */
public enum Consistency {
  /** Linearizable: sees every write that was acknowledged before the read began. */
  DEFAULT(null),

  /** Linearizable, as in Consul's strictest mode. */
  CONSISTENT("consistent"),

  /** The asked node's own copy: needs no other node, may be behind. */
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
