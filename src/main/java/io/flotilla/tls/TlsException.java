package io.flotilla.tls;

/** A file that TLS needs is missing or wrong; the message says which, and why. */
public final class TlsException extends RuntimeException {
  TlsException(String message) {
    super(message);
  }
}
