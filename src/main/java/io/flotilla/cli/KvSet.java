package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv set KEY VALUE}. */
@Command(
    name = "set",
    aliases = "put",
    description = "Set a key. Exit code 1 if --cas did not match.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla kv set colour green",
      "  ./flotilla kv set --cas 0 colour green      only if the key does not exist",
      "  ./flotilla kv set config @config.json       the value is a file's content",
      "  echo hello | ./flotilla kv set greeting -   the value is standard input",
    })
final class KvSet implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", paramLabel = "KEY")
  private String key;

  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description = "The value; @FILE takes it from a file, - from standard input.")
  private String value;

  @Option(
      names = "--cas",
      paramLabel = "INDEX",
      description = "Only if the key's ModifyIndex is still this; 0: only if it does not exist.")
  private Long cas;

  @Option(names = "--flags", paramLabel = "NUMBER", description = "A number stored with the value.")
  private String flags;

  @Override
  public Integer call() throws IOException {
    if (cas != null && flags != null) {
      throw new CliException("--cas and --flags can't be used together");
    }
    byte[] bytes = Data.bytes(value);
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      if (cas != null) {
        if (!ClientOptions.await(kv.compareAndSet(key, bytes, cas))) {
          Screen.remark("not set: the ModifyIndex of \"%s\" is not %d", key, cas);
          return 1;
        }
      } else if (flags != null) {
        ClientOptions.await(kv.set(key, bytes, Long.parseUnsignedLong(flags)));
      } else {
        ClientOptions.await(kv.set(key, bytes));
      }
      Screen.say("OK");
      return 0;
    }
  }
}
