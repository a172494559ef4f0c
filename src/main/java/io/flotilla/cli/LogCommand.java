package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import io.flotilla.client.Watch;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code log}. */
@Command(
    name = "log",
    description = "Print the latest operations of a namespace, one JSON object per line.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Prints index, time, operation, key, value (Base64) and session, in the order of",
      "the replicated log. The latest 4 MiB are kept; --index says where to start.",
      "",
      "Examples:",
      "  ./flotilla log --follow",
      "  ./flotilla log --follow --index 120 --ns team-a"
    })
public final class LogCommand implements Callable<Integer> {
  @Mixin private KvCommand.Target target;

  @Option(names = "--follow", description = "Keep printing new ones until Ctrl-C.")
  private boolean follow;

  @Option(names = "--json", description = "The only format; accepted for scripts.")
  private boolean json;

  @Option(names = "--index", paramLabel = "N", description = "Start after this index.")
  private Long index;

  @Override
  public Integer call() throws InterruptedException {
    try (Flotilla flotilla = target.connect()) {
      KeyValue kv = target.kv(flotilla);
      LogPrinter printer = new LogPrinter(kv, follow);
      return printer.print(index == null ? 0 : index, index == null);
    }
  }

  /** Starts at the log's beginning, and stops at its end unless it follows. */
  private record LogPrinter(KeyValue kv, boolean follow) {
    int print(long from, boolean fromOldest) throws InterruptedException {
      long end = follow ? Long.MAX_VALUE : ClientOptions.await(kv.index());
      if (from >= end) {
        return 0;
      }
      Watch watch = kv.log(from);
      long[] oldest = {-1};
      watch.run(
          event -> {
            if (event.name().equals("compacted")) {
              oldest[0] = KeyValue.oldest(event);
            } else if (event.name().equals("change")) {
              Screen.say("%s", event.json());
            }
            if (event.index() >= end) {
              watch.close();
            }
          });
      if (oldest[0] >= 0) {
        if (!fromOldest) {
          Screen.remark("the log starts after index %d", oldest[0]);
          return 1;
        }
        return print(oldest[0], false);
      }
      return 0;
    }
  }
}
