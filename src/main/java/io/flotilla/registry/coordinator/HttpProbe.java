package io.flotilla.registry.coordinator;

import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Passing on a status of 2xx, a warning on 429, else critical: as Consul has it. */
final class HttpProbe implements Probe {
  private static final int TOO_MANY_REQUESTS = 429;

  private final Executor executor;
  private final HttpClient strict;
  private HttpClient lenient;

  HttpProbe(Executor executor) {
    this.executor = executor;
    this.strict = builder().build();
  }

  private HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .executor(executor);
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition d) {
    String what = d.method() + " " + d.http();
    CompletableFuture<HttpResponse<String>> answer;
    try {
      answer =
          client(d.tlsSkipVerify())
              .sendAsync(request(d), info -> new FirstBytes(Outcome.MAX_OUTPUT / 2));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(Outcome.failed("HTTP " + what, e));
    }
    // The client's own timeout would end when the headers are there, but the body must come too.
    return answer
        .copy()
        .orTimeout(d.timeoutMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, failure) -> {
              answer.cancel(true);
              return failure == null
                  ? outcome(what, response)
                  : Outcome.failed("HTTP " + what, failure);
            });
  }

  private static Outcome outcome(String what, HttpResponse<String> response) {
    int code = response.statusCode();
    Status status =
        code / 100 == 2
            ? Status.PASSING
            : code == TOO_MANY_REQUESTS ? Status.WARNING : Status.CRITICAL;
    return new Outcome(status, "HTTP " + what + ": " + code + " Output: " + response.body());
  }

  private static HttpRequest request(CheckDefinition d) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(d.http()))
            .method(
                d.method(),
                d.body().isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(d.body()));
    d.header().forEach((name, values) -> values.values().forEach(v -> request.header(name, v)));
    return request.build();
  }

  private synchronized HttpClient client(boolean skipVerify) {
    if (!skipVerify) {
      return strict;
    }
    if (lenient == null) {
      lenient = builder().sslContext(trustingAll()).build();
    }
    return lenient;
  }

  private static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For checks with TLSSkipVerify. Being an "extended" one, it is not asked about host names. */
  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
