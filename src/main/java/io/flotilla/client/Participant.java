package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Who takes part in a recipe, and where.
 *
 * @param kv the keys of the namespace
 * @param sessions of the same namespace
 * @param name for people
 * @param ttl about how long after this process dies it no longer takes part
 */
record Participant(KeyValue kv, Sessions sessions, String name, Duration ttl) {
  /** How long one blocking query waits, after which it is asked again. */
  static final Duration WAIT = Duration.ofSeconds(30);

  Participant {
    Lease.valid(ttl);
  }

  Participant named(String other) {
    return new Participant(kv, sessions, other, ttl);
  }

  /** The name, as the value of a key. */
  byte[] bytes() {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes a place of its own in a folder, whose value is the name. */
  Place enter(String folder) {
    return take(session -> folder + session, bytes()).orElseThrow(); // nobody else knows the key
  }

  /**
   * Takes a place.
   *
   * @param key made of the session's id
   * @return empty if another has it
   */
  Optional<Place> take(UnaryOperator<String> key, byte[] value) {
    Lease lease = Lease.open(sessions, name, ttl);
    Place place = null;
    try {
      String mine = key.apply(lease.id());
      OptionalLong token = Flotilla.await(kv.acquire(mine, value, lease.id()));
      if (token.isPresent()) {
        place = new Place(kv, mine, token.getAsLong(), lease);
      }
      return Optional.ofNullable(place);
    } finally {
      if (place == null) {
        lease.close();
      }
    }
  }
}
