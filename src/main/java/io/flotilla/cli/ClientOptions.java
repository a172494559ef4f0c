package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  Flotilla connect() {
    return builder().build();
  }

  Flotilla.Builder builder() {
    return builder(addresses());
  }

  Flotilla.Builder builder(String addresses) {
    return Flotilla.builder(addresses)
        .token(token())
        .onFailover(
            (from, to, reason) ->
                Screen.remark(
                    "%s: %s; continuing with %s", from.getAuthority(), reason, to.getAuthority()));
  }

  String addresses() {
    return addressesOr(DEFAULT_ADDRESSES);
  }

  /** What the user named, else the given ones. */
  String addressesOr(String otherwise) {
    return firstOf(addresses, System.getenv(), "FLOTILLA_HTTP_ADDR", "CONSUL_HTTP_ADDR", otherwise);
  }

  private String token() {
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
