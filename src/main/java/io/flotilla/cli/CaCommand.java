package io.flotilla.cli;

import io.flotilla.tls.Authority;
import io.flotilla.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ca}: the cluster's certificate authority, and the certificates of its nodes. */
@Command(
    name = "ca",
    description = "Make a certificate authority and certificates of nodes and clients, for TLS.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[init|issue]",
    subcommands = {CaCommand.Init.class, CaCommand.Issue.class},
    footer = {
      "",
      "Whoever has the CA's key can be any node: keep it off the nodes. A node gets",
      "ca.pem and its own two files, and is told where they are by FLOTILLA_TLS_CA_FILE,",
      "FLOTILLA_TLS_CERT_FILE and FLOTILLA_TLS_KEY_FILE. Clients get ca.pem.",
      "",
      "Examples:",
      "  ./flotilla ca init",
      "  ./flotilla ca issue --node n1 --host 10.0.0.1 --host n1.example.net",
      "  ./flotilla ca issue --client billing"
    })
public final class CaCommand implements Runnable {
  private static final String DEFAULT = "tls";

  /** On each node's own machine clients come to these. */
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1", "localhost");

  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Which one: init, issue?");
  }

  /** {@code ca init}. */
  @Command(
      name = "init",
      description = "Make a new certificate authority: DIR/ca.pem and DIR/ca-key.pem.",
      mixinStandardHelpOptions = true)
  static final class Init implements Callable<Integer> {
    @Option(
        names = "--ca",
        paramLabel = "DIR",
        defaultValue = DEFAULT,
        description = "Where it is kept. Default: ${DEFAULT-VALUE}")
    private Path directory;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = "Flotilla CA",
        description = "What it is called. Default: ${DEFAULT-VALUE}")
    private String name;

    @Option(
        names = "--days",
        paramLabel = "DAYS",
        defaultValue = "3650",
        description = "How long it is valid. Default: ${DEFAULT-VALUE}")
    private int days;

    @Override
    public Integer call() {
      Authority.Signed made = init(directory, name, validity(days));
      Screen.say(
          "%s is the certificate authority's certificate, valid until %s; %s is its key.",
          PemFiles.of(directory, PemFiles.CA).certificate(),
          made.expires(),
          PemFiles.of(directory, PemFiles.CA).key());
      return 0;
    }
  }

  /** {@code ca issue}. */
  @Command(
      name = "issue",
      description = "Issue a certificate and its key: DIR/NAME.pem and DIR/NAME-key.pem.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "To renew, issue to another directory and move both files over the old ones: the",
        "node reads them within seconds and need not be restarted."
      })
  static final class Issue implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Whose whose;

    /** One of the two. */
    static final class Whose {
      @Option(names = "--node", paramLabel = "ID", description = "For the node of this id.")
      private String node;

      @Option(
          names = "--client",
          paramLabel = "NAME",
          description = "For a client, of nodes with flotilla.tls.verify-incoming.")
      private String client;
    }

    @Option(
        names = "--host",
        paramLabel = "HOST",
        description =
            "An address or name at which other nodes and clients reach it, besides loopback."
                + " Repeatable.")
    private List<String> hosts = new ArrayList<>();

    @Option(
        names = "--days",
        paramLabel = "DAYS",
        defaultValue = "365",
        description = "How long it is valid, at most as long as the CA. Default: ${DEFAULT-VALUE}")
    private int days;

    @Option(
        names = "--ca",
        paramLabel = "DIR",
        defaultValue = DEFAULT,
        description = "Where the certificate authority is kept. Default: ${DEFAULT-VALUE}")
    private Path authority;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "Where the files go. Default: to the certificate authority")
    private Path out;

    @Override
    public Integer call() {
      String name = whose.node == null ? whose.client : whose.node;
      PemFiles files = PemFiles.of(out == null ? authority : out, name);
      Authority.Signed made =
          whose.node == null
              ? issueToClient(authority, files, name, validity(days))
              : issue(authority, files, name, hosts, validity(days));
      Screen.say(
          "%s is the certificate of %s, valid until %s; %s is its key.",
          files.certificate(), name, made.expires(), files.key());
      return 0;
    }
  }

  private static Duration validity(int days) {
    if (days < 1 || days > 36_500) {
      throw new IllegalArgumentException("--days must be from 1 to 36500, not " + days);
    }
    return Duration.ofDays(days);
  }

  static Authority.Signed init(Path directory, String name, Duration validity) {
    PemFiles files = PemFiles.of(directory, PemFiles.CA);
    files.mustNotExist();
    Authority.Signed made = Authority.create(name, Instant.now(), validity);
    files.write(made);
    return made;
  }

  static Authority.Signed issue(
      Path authority, PemFiles files, String node, List<String> hosts, Duration validity) {
    List<String> all = new ArrayList<>(hosts);
    all.addAll(LOOPBACK);
    return issue(authority, files, ca -> ca.issue(node, all, Instant.now(), validity));
  }

  private static Authority.Signed issueToClient(
      Path authority, PemFiles files, String name, Duration validity) {
    return issue(authority, files, ca -> ca.issueToClient(name, Instant.now(), validity));
  }

  private static Authority.Signed issue(
      Path authority, PemFiles files, Function<Authority, Authority.Signed> signing) {
    files.mustNotExist();
    PemFiles ca = PemFiles.of(authority, PemFiles.CA);
    try {
      Authority.Signed made = signing.apply(Authority.read(ca.certificate(), ca.key()));
      files.write(made);
      return made;
    } catch (TlsException e) {
      throw new CliException("%s", e.getMessage());
    }
  }
}
