package io.flotilla.cli;

/** Ends a command with exit code 1 and a message for people, without a stack trace. */
final class CliException extends RuntimeException {
  CliException(String format, Object... args) {
    super(args.length == 0 ? format : String.format(format, args));
  }
}
