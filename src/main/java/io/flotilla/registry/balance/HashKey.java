package io.flotilla.registry.balance;

import java.util.Locale;

/**
 * Where an HTTP request has the key of {@link Policy#CONSISTENT_HASH}: {@code client} (the client's
 * address), {@code header:NAME}, {@code query:NAME}, or {@code path:N}, the Nth segment of the path
 * behind the service, from 1. A request without it is keyed by the client's address.
 */
public record HashKey(Kind kind, String name) {
  public enum Kind {
    CLIENT,
    HEADER,
    QUERY,
    PATH
  }

  public static final HashKey CLIENT = new HashKey(Kind.CLIENT, "");

  /**
   * @throws IllegalArgumentException says which forms there are
   */
  public static HashKey of(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String name = colon < 0 ? "" : text.substring(colon + 1);
    if (kind.equals("client") && colon < 0) {
      return CLIENT;
    } else if (kind.equals("header") && !name.isEmpty()) {
      return new HashKey(Kind.HEADER, name);
    } else if (kind.equals("query") && !name.isEmpty()) {
      return new HashKey(Kind.QUERY, name);
    } else if (kind.equals("path") && isPlace(name)) {
      return new HashKey(Kind.PATH, name);
    }
    throw new IllegalArgumentException(
        "There is no hash key '"
            + text
            + "'; it is one of client, header:NAME, query:NAME, path:N (N from 1).");
  }

  /** From 1 to 999. */
  private static boolean isPlace(String text) {
    return !text.isEmpty()
        && text.length() <= 3
        && text.charAt(0) != '0'
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** As {@link #of} reads it. */
  public String text() {
    return kind == Kind.CLIENT ? "client" : kind.name().toLowerCase(Locale.ROOT) + ":" + name;
  }
}
