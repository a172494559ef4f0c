package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code kv}: reads and writes keys; without a subcommand it asks what to do. */
@Command(
    name = "kv",
    description = "Read and write keys. Without a subcommand: an interactive prompt.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[set|get|delete|list|watch|export|import]",
    subcommands = {
      KvSet.class,
      KvGet.class,
      KvDelete.class,
      KvList.class,
      KvWatch.class,
      KvExport.class,
      KvImport.class
    },
    footer = {
      "",
      "Examples:",
      "  ./flotilla kv                          prompts: set or get, Key, Value",
      "  ./flotilla kv set colour green",
      "  ./flotilla kv get colour",
      "  ./flotilla kv list --ns team-a app/",
    })
public final class KvCommand implements Callable<Integer> {
  @Mixin private ClientOptions client;

  @Override
  public Integer call() {
    try (Flotilla flotilla = client.connect()) {
      return new KvPrompt(flotilla.kv(), System.in).run();
    }
  }

  /** The options that all of {@code kv}'s subcommands share. */
  static final class Target {
    @Mixin private ClientOptions client;

    @Option(
        names = "--ns",
        paramLabel = "NAMESPACE",
        scope = ScopeType.LOCAL,
        description = "Namespace of the key. Default: default")
    private String namespace;

    Flotilla connect() {
      return client.connect();
    }

    KeyValue kv(Flotilla flotilla) {
      return namespace == null ? flotilla.kv() : flotilla.kv(namespace);
    }
  }
}
