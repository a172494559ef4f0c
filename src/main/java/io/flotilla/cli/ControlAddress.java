package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * {@code DATA/dashboard}: the address of the dashboard whose page may crash nodes, while {@code up}
 * runs. Only the owner may read it, as what stands behind # gives that right. No node learns more
 * than the port.
 */
record ControlAddress(int port, String token) {
  private static final String MARK = "/ui/#up=";

  static Path file(Path data) {
    return data.resolve("dashboard");
  }

  /**
   * @param page where the dashboard is
   */
  String url(String page) {
    return page + MARK + port + "." + token;
  }

  void write(Path data, String page) {
    try {
      OwnerOnly.replace(file(data), UTF_8.encode(url(page) + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file(data), e);
    }
  }

  static void remove(Path data) {
    try {
      Files.deleteIfExists(file(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For the environment of a node with this directory. */
  static Map<String, String> environment(Path data) {
    try {
      if (!Files.exists(file(data))) {
        return Map.of();
      }
      String url = Files.readString(file(data));
      int port = url.indexOf(MARK) + MARK.length();
      return Map.of("FLOTILLA_HTTP_UI_CONTROL", url.substring(port, url.indexOf('.', port)));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file(data), e);
    }
  }
}
