package io.flotilla.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code class-archive}: run by the launcher script after it has built the jar. */
@Command(
    name = "class-archive",
    hidden = true,
    description = "Create the class archive next to the jar, so that nodes start faster.",
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    boolean made = ClassArchive.make();
    Screen.remark("%s %s", made ? "Created" : "Already exists:", ClassArchive.path());
    return 0;
  }
}
