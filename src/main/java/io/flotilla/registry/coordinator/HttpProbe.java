package io.flotilla.registry.coordinator;

import io.flotilla.memory.Recent;
import io.flotilla.reach.Targets;
import io.flotilla.reach.WebAddress;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import io.flotilla.tls.ClientTls;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Passing on a status of 2xx, a warning on 429, else critical: as Consul has it. Redirects are
 * followed to where the check itself might lead. Requests go to the address that was found to be
 * allowed, under the name that was asked for.
 */
final class HttpProbe implements Probe {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;

  /** Each has a thread of its own. */
  private static final int MOST_CLIENTS = 16;

  /**
   * What a client has for all its requests.
   *
   * @param name of the server, as TLS needs it; empty where the URL has an address
   */
  private record Kind(boolean skipVerify, String name) {}

  private final Targets targets;
  private final Executor executor;
  private final Map<Kind, HttpClient> clients = new Recent<>(MOST_CLIENTS);

  /**
   * @param executor may wait for name servers
   */
  HttpProbe(Targets targets, Executor executor) {
    this.targets = targets;
    this.executor = executor;
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition d) {
    String what = "HTTP " + d.method() + " " + withoutSecret(d.http());
    Asking asking = new Asking(d);
    // The client's own timeout would end when the headers are there, but the body must come too.
    return CompletableFuture.supplyAsync(() -> URI.create(d.http()), executor)
        .thenCompose(uri -> asking.answer(hop(uri, d.method()), MOST_REDIRECTS))
        .orTimeout(d.timeoutMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, failure) -> {
              asking.end();
              return failure == null ? outcome(what, response) : Outcome.failed(what, failure);
            });
  }

  private static Outcome outcome(String what, HttpResponse<String> response) {
    int code = response.statusCode();
    Status status =
        code / 100 == 2
            ? Status.PASSING
            : code == TOO_MANY_REQUESTS ? Status.WARNING : Status.CRITICAL;
    return new Outcome(status, what + ": " + code + " Output: " + response.body());
  }

  private static Hop hop(URI uri, String method) {
    WebAddress server =
        WebAddress.of(uri)
            .orElseThrow(() -> new IllegalArgumentException("there is no host in " + uri));
    return new Hop(uri, server, method, true);
  }

  /** A password in a URL is for the server only. */
  private static String withoutSecret(String url) {
    String user = WebAddress.of(URI.create(url)).map(WebAddress::user).orElse("");
    return user.isEmpty() ? url : url.replace(user + "@", "");
  }

  /**
   * A request of a check.
   *
   * @param isAsked whether it is what the check says, with headers and body
   */
  private record Hop(URI uri, WebAddress server, String method, boolean isAsked) {
    boolean isSecure() {
      return isSecure(uri);
    }

    int port() {
      return port(uri, server);
    }

    String host() {
      return server.host();
    }

    /** Null if it leads to nothing that may be asked. */
    Hop to(int status, String location) {
      URI next = uri.resolve(location);
      WebAddress nextServer = WebAddress.of(next).orElse(null);
      boolean web =
          nextServer != null
              && ("https".equalsIgnoreCase(next.getScheme())
                  || "http".equalsIgnoreCase(next.getScheme()) && !isSecure());
      if (!web) {
        return null;
      }
      boolean gets = status == 303 || status < 303 && method.equals("POST");
      boolean sameServer = origin(next, nextServer).equals(origin(uri, server));
      return new Hop(next, nextServer, gets ? "GET" : method, isAsked && sameServer && !gets);
    }

    private static String origin(URI uri, WebAddress server) {
      return isSecure(uri) + " " + server.host() + " " + port(uri, server);
    }

    private static boolean isSecure(URI uri) {
      return uri.getScheme().equalsIgnoreCase("https");
    }

    private static int port(URI uri, WebAddress server) {
      return server.port() >= 0 ? server.port() : isSecure(uri) ? 443 : 80;
    }
  }

  /** One check, until it is answered. */
  private final class Asking {
    private final CheckDefinition d;
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);
    private boolean ended;

    Asking(CheckDefinition d) {
      this.d = d;
    }

    CompletionStage<HttpResponse<String>> answer(Hop hop, int redirects) {
      return sent(hop, targets.of(hop.host(), hop.port()))
          .thenComposeAsync(response -> followed(hop, response, redirects), executor);
    }

    private synchronized CompletableFuture<HttpResponse<String>> sent(
        Hop hop, InetSocketAddress to) {
      if (ended) {
        return CompletableFuture.failedFuture(new IllegalStateException("too late"));
      }
      CompletableFuture<HttpResponse<String>> answer =
          client(hop, d.tlsSkipVerify())
              .sendAsync(request(hop, to), info -> new FirstBytes(Outcome.MAX_OUTPUT / 2));
      underWay = answer;
      return answer;
    }

    private CompletionStage<HttpResponse<String>> followed(
        Hop hop, HttpResponse<String> response, int redirects) {
      String location = response.headers().firstValue("Location").orElse("");
      boolean redirected = REDIRECTS.contains(response.statusCode()) && !location.isEmpty();
      Hop next = redirected && redirects > 0 ? hop.to(response.statusCode(), location) : null;
      return next == null
          ? CompletableFuture.completedFuture(response)
          : answer(next, redirects - 1);
    }

    synchronized void end() {
      ended = true;
      underWay.cancel(true);
    }

    private HttpRequest request(Hop hop, InetSocketAddress to) {
      HttpRequest.Builder request = HttpRequest.newBuilder(at(hop.uri(), to));
      boolean hasBody = hop.isAsked() && !d.body().isEmpty();
      request.method(
          hop.method(), hasBody ? BodyPublishers.ofString(d.body()) : BodyPublishers.noBody());
      Map<String, CheckDefinition.Values> given = hop.isAsked() ? d.header() : Map.of();
      if (!Targets.isAddress(hop.host()) && !has(given, "Host")) {
        request.header("Host", hop.server().shown());
      }
      if (!hop.server().user().isEmpty() && !has(given, "Authorization")) {
        byte[] user = decoded(hop.server().user()).getBytes(StandardCharsets.UTF_8);
        request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
      }
      given.forEach((name, values) -> values.values().forEach(v -> request.header(name, v)));
      return request.build();
    }
  }

  private static boolean has(Map<String, CheckDefinition.Values> header, String name) {
    return header.keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  private static String decoded(String user) {
    return URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The same at this address, so that nobody looks up the name again. */
  private static URI at(URI uri, InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(
        uri.getScheme()
            + "://"
            + (host.indexOf(':') < 0 ? host : "[" + host + "]")
            + ":"
            + address.getPort()
            + path
            + query);
  }

  private HttpClient client(Hop hop, boolean skipVerify) {
    // No certificate has a name with an underscore.
    boolean named = hop.isSecure() && !Targets.isAddress(hop.host()) && hop.host().indexOf('_') < 0;
    return client(new Kind(hop.isSecure() && skipVerify, named ? hop.host() : ""));
  }

  private synchronized HttpClient client(Kind kind) {
    return clients.computeIfAbsent(kind, this::newClient);
  }

  private HttpClient newClient(Kind kind) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor);
    SSLContext context =
        kind.skipVerify() ? ClientTls.trustingAnybody(Optional.empty()) : trusting();
    builder.sslContext(context);
    if (!kind.name().isEmpty()) { // which certificates are checked for, too
      SSLParameters parameters = context.getDefaultSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(kind.name())));
      builder.sslParameters(parameters);
    }
    return builder.build();
  }

  private static SSLContext trusting() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
