package io.flotilla.cli;

import com.typesafe.config.ConfigException;
import io.flotilla.client.FlotillaException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one message that says what to do next, and exit code 1. */
public final class Errors implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof FlotillaException known) {
      Screen.remark("%s", "flotilla: " + advised(known));
    } else if (e instanceof CliException
        || e instanceof IllegalArgumentException
        || e instanceof ConfigException) {
      Screen.remark("%s", "flotilla: " + e.getMessage());
    } else {
      Screen.remark("%s", "flotilla: " + e);
      if (Boolean.getBoolean("flotilla.trace")) {
        e.printStackTrace(Screen.ERR);
      }
    }
    return ExitCode.SOFTWARE;
  }

  /** Some messages are sentences already. */
  private static String advised(FlotillaException e) {
    String advice = advice(e);
    String message = e.getMessage();
    return advice.isEmpty() ? message : message.replaceFirst("\\.$", "") + advice;
  }

  private static String advice(FlotillaException e) {
    return switch (e.code()) {
      case FlotillaException.UNREACHABLE ->
          ".\nStart a cluster with ./flotilla up, or name one:"
              + " --http-addr HOST:PORT[,HOST:PORT...] or FLOTILLA_HTTP_ADDR.";
      case FlotillaException.OUTCOME_UNKNOWN ->
          ".\nIt may have been applied: read the key before you try again.";
      case "unavailable" ->
          ".\nA majority of the nodes must be up and connected; ./flotilla cluster shows them.";
      case "overloaded" -> ".\nThe node is at its limit; try again a little later.";
      case "quota-exceeded", "disk-low" -> ".\n./flotilla cluster shows how much is stored.";
      default -> "";
    };
  }
}
