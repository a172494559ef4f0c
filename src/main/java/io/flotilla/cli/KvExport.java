package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kv export [PREFIX]}. */
@Command(
    name = "export",
    description = "Print the keys that begin with a prefix, as JSON that kv import reads.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "All keys are as they were at one moment. The JSON is that of consul kv export.",
      "",
      "Examples:",
      "  ./flotilla kv export > keys.json",
      "  ./flotilla kv export --ns team-a app/ > app.json",
    })
final class KvExport implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", arity = "0..1", defaultValue = "", paramLabel = "PREFIX")
  private String prefix;

  @Override
  public Integer call() throws IOException {
    try (Flotilla flotilla = target.connect()) {
      KvFile.write(ClientOptions.await(target.kv(flotilla).list(prefix)), Screen.OUT);
      Screen.OUT.println();
      if (Screen.OUT.checkError()) {
        throw new CliException("not all keys could be written");
      }
      return 0;
    }
  }
}
