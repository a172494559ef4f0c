package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps web pages of others out of a node that asks nobody for a token. Such a node listens on
 * loopback only; but one of the programs on its machine is a browser, and that runs what strangers
 * wrote. A page reaches the node in two ways:
 *
 * <ul>
 *   <li>It sends a request to another origin than its own. The browser says so in {@code Origin}
 *       and {@code Sec-Fetch-Site}, which no page can set. Programs send neither.
 *   <li>It has its own name point to this machine after it was loaded (DNS rebinding). Then page
 *       and node are one origin for the browser, and only {@code Host} tells. Nobody can do that
 *       with an address, nor from elsewhere with a name that only the network at hand gives an
 *       address to.
 * </ul>
 */
final class ForeignPages {
  /** Names below these are nobody's on the Internet (RFC 6761, 6762, 8375; ICANN for internal). */
  private static final List<String> LOCAL =
      List.of(".localhost", ".local", ".internal", ".home.arpa", ".test");

  private final Set<String> names;

  /**
   * @param names of this node on the Internet; in lower case
   */
  ForeignPages(Set<String> names) {
    this.names = names;
  }

  /** Throws an {@link ApiError} for a request of another page than the node's own. */
  void check(HttpRequest request) {
    String authority = header(request, "Host").orElse("").toLowerCase(Locale.ROOT);
    if (!authority.isEmpty() && !isOwn(hostOf(authority))) {
      throw new ApiError(
          StatusCodes.FORBIDDEN,
          "unknown-host",
          "This node is not known as '"
              + hostOf(authority)
              + "'; flotilla.http.names (FLOTILLA_HTTP_NAMES) says what it is called.");
    }
    if (isFromElsewhere(request, authority)) {
      throw new ApiError(
          StatusCodes.FORBIDDEN,
          "foreign-page",
          "This request was sent by a web page that is not this node's.");
    }
  }

  private static Optional<String> header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }

  private static String hostOf(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    return end <= 0 ? authority : authority.substring(0, end);
  }

  private boolean isOwn(String host) {
    return host.indexOf('.') < 0
        || isAddress(host)
        || LOCAL.stream().anyMatch(host::endsWith)
        || names.contains(host);
  }

  /** No name ends with a number (WHATWG URL standard, 3.5), so whatever does is an address. */
  private static boolean isAddress(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return host.startsWith("[")
        || !last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isFromElsewhere(HttpRequest request, String authority) {
    Optional<String> origin = header(request, "Origin").map(o -> o.toLowerCase(Locale.ROOT));
    if (origin.isPresent()) {
      return !origin.get().equals("http://" + authority)
          && !origin.get().equals("https://" + authority);
    }
    String site = header(request, "Sec-Fetch-Site").orElse("none");
    return !site.equals("none") && !site.equals("same-origin") && !isLinkFollowed(request);
  }

  /** The answer is shown in a window of its own, where the page that had the link can't read it. */
  private static boolean isLinkFollowed(HttpRequest request) {
    return request.method().equals(HttpMethods.GET)
        && header(request, "Sec-Fetch-Mode").filter("navigate"::equals).isPresent()
        && header(request, "Sec-Fetch-Dest").filter("document"::equals).isPresent();
  }
}
