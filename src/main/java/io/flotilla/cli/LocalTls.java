package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.tls.ClientTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates of a cluster that {@code up --secure} runs: DATA/tls. As long as they are there,
 * its nodes speak TLS.
 */
final class LocalTls {
  private static final Duration VALIDITY = Duration.ofDays(3650);

  private LocalTls() {}

  private static Path directory(NodeSpec node) {
    return node.data().toAbsolutePath().resolveSibling("tls");
  }

  static Path caFile(NodeSpec node) {
    return PemFiles.of(directory(node), PemFiles.CA).certificate();
  }

  static boolean isOn(NodeSpec node) {
    return Files.exists(caFile(node));
  }

  /** From now on. */
  static void switchOn(NodeSpec node) {
    if (!isOn(node)) {
      CaCommand.init(directory(node), "Flotilla CA of ./flotilla up", VALIDITY);
    }
  }

  /** What its process must be told; issues a certificate if it has none. */
  static Map<String, String> environment(NodeSpec node) {
    if (!isOn(node)) {
      return Map.of();
    }
    PemFiles own = PemFiles.of(directory(node), node.id());
    if (!own.exist()) {
      CaCommand.issue(directory(node), own, node.id(), List.of(), VALIDITY);
    }
    return Map.of(
        "FLOTILLA_TLS_CA_FILE", caFile(node).toString(),
        "FLOTILLA_TLS_CERT_FILE", own.certificate().toString(),
        "FLOTILLA_TLS_KEY_FILE", own.key().toString());
  }

  /** A client of nodes of one cluster. */
  static Flotilla.Builder client(List<NodeSpec> nodes) {
    NodeSpec any = nodes.get(0);
    String addresses = NodeSpec.addresses(nodes);
    if (!isOn(any)) {
      return Flotilla.builder(addresses);
    }
    PemFiles own = PemFiles.of(directory(any), any.id());
    Optional<ClientTls.Own> shown =
        own.exist()
            ? Optional.of(new ClientTls.Own(own.certificate(), own.key()))
            : Optional.empty();
    return Flotilla.builder("https://" + addresses).tls(ClientTls.trusting(caFile(any), shown));
  }
}
