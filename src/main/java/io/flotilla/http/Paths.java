package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.scaladsl.model.Uri;

/** Paths whose end is a name with any characters, {@code /} included. */
final class Paths {
  private Paths() {}

  /**
   * The decoded rest of the path behind a prefix of plain letters and the {@code /} after it. A
   * {@code /} of the name may come as it is or as {@code %2F}.
   */
  static String behind(HttpRequest request, String prefix) {
    StringBuilder whole = new StringBuilder();
    Uri.Path rest = request.getUri().asScala().path();
    while (!rest.isEmpty()) {
      whole.append(rest.head());
      rest = rest.tail();
    }
    int start = prefix.length() + 1;
    return whole.length() <= start ? "" : whole.substring(start);
  }
}
