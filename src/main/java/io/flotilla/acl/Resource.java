package io.flotilla.acl;

import java.util.Locale;
import java.util.Optional;

/** What rules are about. */
public enum Resource {
  KEY(true),
  SERVICE(true),
  NODE(true),

  /** Named by the node that a session belongs to. */
  SESSION(true),
  EVENT(true),

  /** The part of the API that is about one agent, named by its node. */
  AGENT(true),
  QUERY(true),

  /** Flotilla's own: what else is given holds in the namespaces that may be read. */
  NAMESPACE(true),

  /** Tokens, policies and roles. */
  ACL(false),
  OPERATOR(false),
  KEYRING(false);

  private final boolean named;

  Resource(boolean named) {
    this.named = named;
  }

  /** Whether there are many, told apart by their names. */
  boolean isNamed() {
    return named;
  }

  /** By the word that rules use, without {@code _prefix}. */
  static Optional<Resource> of(String word) {
    for (Resource resource : values()) {
      if (resource.word().equals(word)) {
        return Optional.of(resource);
      }
    }
    return Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
