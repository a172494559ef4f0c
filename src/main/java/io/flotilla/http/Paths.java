package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;

/** Paths whose end is a name with any characters, {@code /} included. */
final class Paths {
  private Paths() {}

  /**
   * The decoded rest of the path behind a prefix and the {@code /} after it. A {@code /} of the
   * name may come as it is or as {@code %2F}.
   *
   * @param prefix which the path has; only the number of its segments counts
   */
  static String behind(HttpRequest request, String prefix) {
    int segments = (int) prefix.chars().filter(c -> c == '/').count();
    return RequestTarget.decoded(RequestTarget.behind(request, segments));
  }
}
