package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET_OR_HEAD;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import io.flotilla.http.ClusterStatus.Member;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The dashboard below {@code /ui/}: files that are the same for everybody, so that they need no
 * token. What they show they ask of the API, as any client would.
 */
final class UiRoutes {
  static final List<String> FILES =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "api.js",
          "app.js",
          "bytes.js",
          "cluster.js",
          "control.js",
          "crash.js",
          "dialog.js",
          "dom.js",
          "failover.js",
          "feed.js",
          "keys.js",
          "list.js",
          "log.js",
          "picture.js",
          "rates.js",
          "replicas.js",
          "services.js",
          "sessions.js",
          "snapshot.js",
          "spark.js",
          "story.js",
          "stream.js",
          "texts.js",
          "timeline.js",
          "topics.js",
          "value.js");

  private static final String PAGE = "index.html";

  private static final List<String> ANY_HOST = List.of("0.0.0.0", "::", "[::]");

  private final ClusterStatus cluster;
  private final String scheme;
  private final int control;
  private final Map<String, UiFile> files =
      FILES.stream().collect(Collectors.toMap(Function.identity(), UiFile::load));

  /**
   * @param scheme that nodes are asked by
   * @param control the port at which {@code up} takes the page's orders; 0: there is none
   */
  UiRoutes(ClusterStatus cluster, String scheme, int control) {
    this.cluster = cluster;
    this.scheme = scheme;
    this.control = control;
  }

  List<Endpoint> endpoints() {
    return List.of(GET_OR_HEAD.from("/ui", Need.PUBLIC, now(this::file)));
  }

  private HttpResponse file(HttpRequest request) {
    if (!RequestTarget.path(request).startsWith("/ui/")) {
      return HttpResponse.create()
          .withStatus(StatusCodes.FOUND)
          .addHeader(RawHeader.create("Location", "/ui/"));
    }
    String name = RequestTarget.behind(request, 1);
    UiFile file = files.get(name.isEmpty() ? PAGE : name);
    if (file == null) {
      throw new ApiError(
          StatusCodes.NOT_FOUND, "unknown-path", "The dashboard has no file of this name.");
    }
    return file.answer(request).addHeader(RawHeader.create("Content-Security-Policy", policy()));
  }

  /**
   * Scripts and styles are this node's own files. Besides it, the page may knock at the other
   * members, to find one that is there when this one is not
   * (docs/decisions/0052-a-page-that-moves.md), and ask the process that runs the nodes to crash
   * them (0053).
   */
  private String policy() {
    String others =
        cluster.local().members().stream()
            .flatMap(this::origin)
            .map(origin -> ' ' + origin)
            .collect(Collectors.joining());
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        + " connect-src 'self'"
        + others
        + (control == 0 ? "" : " http://127.0.0.1:" + control)
        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  private Stream<String> origin(Member member) {
    if (member.httpAddress() == null) {
      return Stream.empty();
    }
    int colon = member.httpAddress().lastIndexOf(':');
    String given = member.httpAddress().substring(0, colon);
    String host = ANY_HOST.contains(given) ? member.address() : given;
    return isHost(host)
        ? Stream.of(scheme + "://" + host + member.httpAddress().substring(colon))
        : Stream.empty();
  }

  /** Anything else would end the policy, or allow more. */
  private static boolean isHost(String host) {
    return host.chars().allMatch(c -> Character.isLetterOrDigit(c) || "._-:[]".indexOf(c) >= 0);
  }
}
