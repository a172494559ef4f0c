package io.flotilla.cli;

import io.flotilla.client.Consistency;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv get KEY}. */
@Command(
    name = "get",
    description = "Print a key's value. Exit code 1 if the key does not exist.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla kv get colour",
      "  ./flotilla kv get --detailed colour",
      "  ./flotilla kv get --stale --http-addr 127.0.0.1:8502 colour   its own copy",
    })
final class KvGet implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", paramLabel = "KEY")
  private String key;

  @Option(names = "--stale", description = "Read the asked node's own copy, which may be behind.")
  private boolean stale;

  @Option(names = "--detailed", description = "Print the indexes, flags and lock too.")
  private boolean detailed;

  @Override
  public Integer call() {
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      Optional<Entry> found =
          ClientOptions.await((stale ? kv.with(Consistency.STALE) : kv).get(key));
      if (found.isEmpty()) {
        Screen.remark("no such key: \"%s\"", key);
        return 1;
      }
      print(found.get());
      return 0;
    }
  }

  private void print(Entry entry) {
    if (detailed) {
      Screen.say("Key          %s", entry.key());
      Screen.say("CreateIndex  %d", entry.createIndex());
      Screen.say("ModifyIndex  %d", entry.modifyIndex());
      Screen.say("LockIndex    %d", entry.lockIndex());
      Screen.say("Session      %s", entry.session() == null ? "-" : entry.session());
      Screen.say("Flags        %s", Long.toUnsignedString(entry.flags()));
      Screen.OUT.print("Value        ");
    }
    // As bytes: a value need not be text.
    Screen.OUT.write(entry.value(), 0, entry.value().length);
    Screen.OUT.println();
  }
}
