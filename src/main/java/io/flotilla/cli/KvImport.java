package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv import FILE}. */
@Command(
    name = "import",
    description = "Set the keys that kv export, or consul kv export, has written.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The file is checked as a whole before the first key is set. Each key is a write",
      "of its own: if one fails, the command ends, and those before it are set. It can",
      "be repeated. Other keys stay as they are. It also reads what",
      "GET /v1/kv/?recurse answers.",
      "",
      "Examples:",
      "  ./flotilla kv import @keys.json",
      "  ./flotilla kv import --prefix copy/ @keys.json",
      "  consul kv export | ./flotilla kv import -",
    })
final class KvImport implements Callable<Integer> {
  /** Writes under way at a time: enough that they share batches, few enough to be no burden. */
  private static final int AT_ONCE = 32;

  @Mixin private KvCommand.Target target;

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description = "@FILE: a file; -: standard input; otherwise the JSON itself.")
  private String data;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Put in front of each key.")
  private String prefix;

  @Override
  public Integer call() throws IOException {
    Collection<KvFile.Row> rows = KvFile.read(Data.bytes(data));
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      Progress progress = new Progress("setting " + rows.size() + " keys");
      Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
      for (KvFile.Row row : rows) {
        if (underWay.size() == AT_ONCE) {
          ClientOptions.await(underWay.remove());
          progress.tick();
        }
        underWay.add(kv.set(prefix + row.key(), row.bytes(), row.flagBits()));
      }
      underWay.forEach(ClientOptions::await);
      Screen.say("Keys set: %d", rows.size());
      return 0;
    }
  }
}
