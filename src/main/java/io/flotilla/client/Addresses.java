package io.flotilla.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code 127.0.0.1:8500,8501,http://other:8500}; what isn't said is as in the one before. */
final class Addresses {
  private static final int DEFAULT_PORT = 8500;

  private Addresses() {}

  static List<URI> parse(String addresses) {
    List<URI> parsed = new ArrayList<>();
    String scheme = "http";
    String host = "127.0.0.1";
    for (String part : addresses.split(",")) {
      String text = part.strip();
      if (text.isEmpty()) {
        continue;
      }
      if (text.chars().allMatch(Character::isDigit)) {
        text = host + ":" + text;
      }
      URI uri = one(text.contains("://") ? text : scheme + "://" + text, part);
      scheme = uri.getScheme();
      host = uri.getHost();
      parsed.add(uri);
    }
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException("no address given; expected HOST:PORT[,HOST:PORT...]");
    }
    return List.copyOf(parsed);
  }

  private static URI one(String url, String original) {
    try {
      URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getPort() <= 65535 && uri.getRawPath().isEmpty()) {
        return uri.getPort() < 0 && "http".equals(uri.getScheme())
            ? URI.create(uri + ":" + DEFAULT_PORT)
            : uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, quoting what was typed.
    }
    throw new IllegalArgumentException(
        "\""
            + original
            + "\" is not an address; expected HOST:PORT, http://HOST:PORT or https://HOST:PORT");
  }
}
