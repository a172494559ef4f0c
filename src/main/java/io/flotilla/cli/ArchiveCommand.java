package io.flotilla.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code class-archive}: what the launcher script runs after it has built the jar. */
@Command(
    name = "class-archive",
    hidden = true,
    description = "Make the class archive beside the jar, so that nodes start faster.",
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    boolean made = ClassArchive.make();
    Screen.remark("%s %s", made ? "Made" : "There is already", ClassArchive.path());
    return 0;
  }
}
