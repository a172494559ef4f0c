package io.flotilla.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code class-archive}: run by the launcher script after it has built the jar. */
@Command(
    name = "class-archive",
    hidden = true,
    description = "Create the class archive next to the jar, so that nodes start faster.",
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Callable<Integer> {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "Where to create it, for somebody else to move it next to the jar: so who creates it, and"
              + " runs nodes for it, needn't be root.")
  private Path directory;

  @Override
  public Integer call() {
    Path archive =
        directory == null
            ? ClassArchive.path()
            : directory.resolve(ClassArchive.path().getFileName());
    boolean made = ClassArchive.make(archive);
    Screen.remark("%s %s", made ? "Created" : "Already exists:", archive);
    return 0;
  }
}
