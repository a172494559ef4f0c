package io.flotilla.reach;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URI has between {@code //} and its path (RFC 3986, 3.2). Java takes apart only those whose
 * hosts are Internet names; those of Docker's networks may have an underscore.
 *
 * @param user the raw user information; empty: there is none
 * @param host a name, or an address without brackets
 * @param port -1: the scheme's own
 */
public record WebAddress(String user, String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:([^@]*)@)?(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._~-]+))(?::([0-9]{0,5}))?");

  private static final int MAX_PORT = 65_535;

  /** Empty if it has none that could be connected to. */
  public static Optional<WebAddress> of(URI uri) {
    String raw = uri.getRawAuthority();
    Matcher parts = FORM.matcher(raw == null ? "" : raw);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String user = parts.group(1) == null ? "" : parts.group(1);
    String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
    String digits = parts.group(4) == null ? "" : parts.group(4);
    int port = digits.isEmpty() ? -1 : Integer.parseInt(digits);
    return port > MAX_PORT ? Optional.empty() : Optional.of(new WebAddress(user, host, port));
  }

  /** As it was, without the user. */
  public String shown() {
    String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port < 0 ? bracketed : bracketed + ":" + port;
  }
}
