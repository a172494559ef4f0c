package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.Watch;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kv watch PREFIX}. */
@Command(
    name = "watch",
    description = "Print every change under a prefix, one JSON object per line, until Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each change is printed exactly once, even if a node dies meanwhile. Exit code 1",
      "if the changes after --index are no longer kept: list the keys, and watch from",
      "there. Values are Base64.",
      "",
      "Examples:",
      "  ./flotilla kv watch app/",
      "  ./flotilla kv watch --index 120 app/"
    })
final class KvWatch implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Parameters(index = "0", arity = "0..1", paramLabel = "PREFIX", description = "Default: all")
  private String prefix = "";

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Start after this index. Default: with the next change")
  private long index = -1;

  @Override
  public Integer call() throws InterruptedException {
    try (Flotilla flotilla = target.connect()) {
      return print(target.kv(flotilla).watch(prefix, index));
    }
  }

  /** Returns the exit code. */
  static int print(Watch watch) throws InterruptedException {
    AtomicInteger code = new AtomicInteger();
    watch.run(
        event -> {
          switch (event.name()) {
            case "change" -> Screen.say("%s", event.json());
            case "compacted" -> {
              Screen.remark("%s", "changes are no longer kept: " + event.json());
              code.set(1);
            }
            default -> {}
          }
        });
    return code.get();
  }
}
