package io.flotilla.tls;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The PEM files of a node, {@code flotilla.tls}.
 *
 * @param ca the certificates of the CAs that are believed
 * @param certificate the node's own, followed by those between it and the CA, if any
 * @param key of that certificate
 */
public record TlsFiles(Path ca, Path certificate, Path key) {
  /** Empty: there is no TLS. */
  public static Optional<TlsFiles> of(Config root) {
    Config c = root.getConfig("flotilla.tls");
    List<String> names =
        List.of(c.getString("ca-file"), c.getString("cert-file"), c.getString("key-file"));
    if (names.stream().allMatch(String::isBlank)) {
      return Optional.empty();
    }
    if (names.stream().anyMatch(String::isBlank)) {
      throw new ConfigException.Generic(
          "flotilla.tls: give all three of ca-file, cert-file and key-file, or none of them");
    }
    return Optional.of(
        new TlsFiles(Path.of(names.get(0)), Path.of(names.get(1)), Path.of(names.get(2))));
  }
}
