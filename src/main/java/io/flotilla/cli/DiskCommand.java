package io.flotilla.cli;

import io.flotilla.journal.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the disk of a node that is down the whole group, if told so twice. */
abstract class DiskCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--data", paramLabel = "DIR", description = "The node's data directory.")
  Path directory;

  @Option(names = "--yes", description = "Do it. Without this nothing is changed.")
  boolean yes;

  @Override
  public Integer call() {
    if (directory == null) {
      throw new ParameterException(command.commandLine(), "Missing required option: '--data=DIR'");
    }
    try {
      if (yes) {
        change();
      } else {
        show();
      }
      return 0;
    } catch (IOException e) {
      throw new CliException("%s", e.getMessage());
    }
  }

  /** What there is, and what it would come to. */
  abstract void show() throws IOException;

  abstract void change() throws IOException;

  static void sayHowToGoOn(DataDirectory.Recovered done) {
    Screen.say(
        "Start %s as before, and the other nodes with empty data directories: they are filled.",
        done.node());
  }
}
