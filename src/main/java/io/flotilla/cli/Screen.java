package io.flotilla.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What the user sees. Results go to {@link #say}, remarks to {@link #remark}; a status line is
 * rewritten in place on a terminal and left out elsewhere.
 *
 * <p>Always UTF-8, whatever the locale, like keys and values.
 */
final class Screen {
  static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  static final PrintStream ERR =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  /** The launcher knows whether standard output is a terminal; Java can't tell from 22 on. */
  static final boolean TERMINAL =
      Boolean.parseBoolean(
          System.getProperty("flotilla.terminal", Boolean.toString(System.console() != null)));

  private static boolean statusShown;

  private Screen() {}

  static synchronized void say(String format, Object... args) {
    clearStatus();
    OUT.println(args.length == 0 ? format : String.format(format, args));
  }

  static synchronized void remark(String format, Object... args) {
    clearStatus();
    ERR.println(args.length == 0 ? format : String.format(format, args));
  }

  /** Shows a line that the next output replaces. */
  static synchronized void status(String line) {
    if (TERMINAL) {
      OUT.print("\r\033[K" + line);
      OUT.flush();
      statusShown = true;
    }
  }

  static synchronized void clearStatus() {
    if (statusShown) {
      OUT.print("\r\033[K");
      OUT.flush();
      statusShown = false;
    }
  }

  static String seconds(long millis) {
    return String.format(java.util.Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
