package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.tls.ClientTls;
import io.flotilla.tls.TlsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Option;

/** The options of every command that talks to a cluster. */
final class ClientOptions {
  static final String DEFAULT_ADDRESSES = "127.0.0.1:8500,8501,8502";

  @Option(
      names = "--http-addr",
      paramLabel = "HOST:PORT,...",
      description =
          "Nodes to talk to; if one does not serve, the next is asked. Also from"
              + " FLOTILLA_HTTP_ADDR or CONSUL_HTTP_ADDR. Default: "
              + DEFAULT_ADDRESSES)
  private String addresses;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Sent with every request. Also from FLOTILLA_HTTP_TOKEN or CONSUL_HTTP_TOKEN.")
  private String token;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "Certificates of the CAs that nodes' certificates may be from (PEM); addresses mean"
              + " https then. Also from FLOTILLA_CACERT or CONSUL_CACERT.")
  private Path caFile;

  @Option(
      names = "--client-cert",
      paramLabel = "FILE",
      description =
          "The client's own certificate (PEM), for nodes that ask for one. Also from"
              + " FLOTILLA_CLIENT_CERT or CONSUL_CLIENT_CERT.")
  private Path clientCert;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description =
          "The key of that certificate. Also from FLOTILLA_CLIENT_KEY or CONSUL_CLIENT_KEY.")
  private Path clientKey;

  Flotilla connect() {
    return builder().build();
  }

  Flotilla.Builder builder() {
    return builder(addresses());
  }

  Flotilla.Builder builder(String addresses) {
    if (!isSecure()) {
      return configured(Flotilla.builder(addresses));
    }
    String first = addresses.strip();
    return configured(
        Flotilla.builder(first.contains("://") ? first : "https://" + first).tls(trust()));
  }

  Flotilla.Builder configured(Flotilla.Builder client) {
    return client
        .token(token())
        .onFailover(
            (from, to, reason) ->
                Screen.remark(
                    "%s: %s; continuing with %s", from.getAuthority(), reason, to.getAuthority()));
  }

  private boolean isSecure() {
    return caFile() != null
        || own().isPresent()
        || isTrue("FLOTILLA_HTTP_SSL", "CONSUL_HTTP_SSL", "false")
        || addresses().strip().startsWith("https://");
  }

  /** Without a CA's file, those that Java knows. */
  private SSLContext trust() {
    try {
      if (!isTrue("FLOTILLA_HTTP_SSL_VERIFY", "CONSUL_HTTP_SSL_VERIFY", "true")) {
        return ClientTls.trustingAnybody(own());
      }
      return ClientTls.trusting(caFile() == null ? null : Path.of(caFile()), own());
    } catch (TlsException e) {
      throw new CliException("%s", e.getMessage());
    }
  }

  private String caFile() {
    return file(caFile, "CACERT");
  }

  private Optional<ClientTls.Own> own() {
    String certificate = file(clientCert, "CLIENT_CERT");
    String key = file(clientKey, "CLIENT_KEY");
    if (certificate == null && key == null) {
      return Optional.empty();
    } else if (certificate == null || key == null) {
      throw new CliException("give both --client-cert and --client-key, or neither");
    }
    return Optional.of(new ClientTls.Own(Path.of(certificate), Path.of(key)));
  }

  private static String file(Path option, String variable) {
    return firstOf(
        option == null ? null : option.toString(),
        System.getenv(),
        "FLOTILLA_" + variable,
        "CONSUL_" + variable,
        null);
  }

  private static boolean isTrue(String own, String consul, String otherwise) {
    return List.of("true", "1", "t")
        .contains(firstOf(null, System.getenv(), own, consul, otherwise).toLowerCase(Locale.ROOT));
  }

  /** Whether the user has said which nodes are meant. */
  boolean isNamed() {
    return addressesOr(null) != null;
  }

  String addresses() {
    return addressesOr(DEFAULT_ADDRESSES);
  }

  /** What the user named, else the given ones. */
  String addressesOr(String otherwise) {
    return firstOf(addresses, System.getenv(), "FLOTILLA_HTTP_ADDR", "CONSUL_HTTP_ADDR", otherwise);
  }

  String token() {
    return firstOf(token, System.getenv(), "FLOTILLA_HTTP_TOKEN", "CONSUL_HTTP_TOKEN", null);
  }

  /** The option, else the first variable that is set and not empty, else the default. */
  static String firstOf(
      String option, Map<String, String> env, String own, String consul, String otherwise) {
    if (option != null) {
      return option;
    }
    for (String name : new String[] {own, consul}) {
      String value = env.get(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return otherwise;
  }

  /** Waits for a result; from the third second on, says so. */
  static <T> T await(CompletableFuture<T> future) {
    for (int waited = 2; ; waited++) {
      try {
        future.get(waited == 2 ? 2 : 1, TimeUnit.SECONDS);
        break;
      } catch (TimeoutException e) {
        Screen.remark("no answer yet, still trying (%d s)", waited);
      } catch (ExecutionException e) {
        break; // reported below
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CliException("interrupted");
      }
    }
    return Flotilla.await(future);
  }
}
