package io.flotilla.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a certificate says which node it is of: in a subject alternative name that is the URI
 * {@code flotilla://node/ID}. Not in a host name, as these are compared without regard to case,
 * which ids are not; and any CA that signs for hosts might sign for one of that form.
 */
final class NodeName {
  private static final String PREFIX = "flotilla://node/";
  private static final int URI = 6;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,63}");

  private NodeName() {}

  static String uri(String id) {
    return PREFIX + id;
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Empty if it is no node's. */
  static Optional<String> of(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .filter(name -> name.get(0).equals(URI))
              .map(name -> (String) name.get(1))
              .filter(uri -> uri.startsWith(PREFIX))
              .map(uri -> uri.substring(PREFIX.length()))
              .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }
}
