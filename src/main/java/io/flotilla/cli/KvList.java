package io.flotilla.cli;

import io.flotilla.client.Consistency;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv list [PREFIX]}. */
@Command(
    name = "list",
    aliases = "ls",
    description = "Print the keys that begin with a prefix, one per line.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla kv list",
      "  ./flotilla kv list --separator / app/    one level only",
      "  ./flotilla kv list --values app/",
    })
final class KvList implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", arity = "0..1", defaultValue = "", paramLabel = "PREFIX")
  private String prefix;

  @Option(
      names = "--separator",
      paramLabel = "TEXT",
      description = "Cut each key after the first one that follows PREFIX; print equal ones once.")
  private String separator;

  @Option(names = "--values", description = "Print the values too, after a tab.")
  private boolean values;

  @Option(names = "--stale", description = "Read the asked node's own copy, which may be behind.")
  private boolean stale;

  @Override
  public Integer call() {
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      kv = stale ? kv.with(Consistency.STALE) : kv;
      if (values) {
        for (Entry entry : ClientOptions.await(kv.list(prefix))) {
          Screen.say("%s\t%s", entry.key(), entry.text());
        }
      } else {
        ClientOptions.await(kv.keys(prefix, separator)).forEach(k -> Screen.say("%s", k));
      }
      return 0;
    }
  }
}
