package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv delete KEY}. */
@Command(
    name = "delete",
    description = "Delete a key, if it exists. Exit code 1 if --cas did not match.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla kv delete colour",
      "  ./flotilla kv delete --recurse app/    every key that begins with app/",
    })
final class KvDelete implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", paramLabel = "KEY")
  private String key;

  @Option(
      names = "--cas",
      paramLabel = "INDEX",
      description = "Only if this is still the key's ModifyIndex.")
  private Long cas;

  @Option(names = "--recurse", description = "Delete every key that begins with KEY, all at once.")
  private boolean recurse;

  @Override
  public Integer call() {
    if (cas != null && recurse) {
      throw new CliException("--cas and --recurse can't be used together");
    }
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      if (recurse) {
        ClientOptions.await(kv.deleteAll(key));
      } else if (cas == null) {
        ClientOptions.await(kv.delete(key));
      } else if (!ClientOptions.await(kv.compareAndDelete(key, cas))) {
        Screen.remark("not deleted: the ModifyIndex of \"%s\" is not %d", key, cas);
        return 1;
      }
      Screen.say("OK");
      return 0;
    }
  }
}
