package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.client.ClusterApi.Replication;
import io.flotilla.client.ClusterView;
import io.flotilla.client.ClusterView.Member;
import io.flotilla.client.ClusterView.Raft;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: checks that the members hold the same data. */
@Command(
    name = "verify",
    description = "Compare the members' copies by a hash of each at one common index.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Every verification is added to the sync log, one JSON object per line. Exit",
      "code 1 if a member differs or does not answer.",
      "",
      "Examples:",
      "  ./flotilla verify",
      "  ./flotilla verify --log /var/log/flotilla/sync_log.txt"
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final String IN_SYNC = "in sync";
  private static final String DIFFERS = "differs";
  private static final String NO_ANSWER = "no answer";

  @Mixin private ClientOptions client;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "The sync log. Default: ${DEFAULT-VALUE}",
      defaultValue = "sync_log.txt")
  private Path log;

  @Override
  public Integer call() throws IOException {
    try (Flotilla flotilla = client.connect()) {
      Replication replication = ClientOptions.await(flotilla.cluster().replication());
      ClusterView view = ClientOptions.await(flotilla.cluster().view());
      List<Finding> findings = findings(view, replication.digests());
      print(findings);
      append(findings);
      return findings.stream().allMatch(f -> f.verdict.equals(IN_SYNC)) ? 0 : 1;
    }
  }

  record Finding(Member member, long lag, String digest, String verdict) {
    Raft raft() {
      return member.raft() == null ? new Raft(null, "-", 0, 0, 0, 0) : member.raft();
    }
  }

  /** What most members hold counts as right; in a tie, what the leader holds. */
  static List<Finding> findings(ClusterView view, Map<String, String> digests) {
    Map<String, Long> votes =
        digests.values().stream().collect(Collectors.groupingBy(d -> d, Collectors.counting()));
    String leaders = digests.get(view.leader());
    String right =
        votes.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(e -> e.getKey().equals(leaders)))
            .map(Map.Entry::getKey)
            .orElse("");
    long committed =
        view.members().stream()
            .filter(m -> m.raft() != null)
            .mapToLong(m -> m.raft().committed())
            .max()
            .orElse(0);
    return view.members().stream()
        .map(
            m -> {
              String digest = digests.get(m.id());
              String verdict =
                  digest == null ? NO_ANSWER : digest.equals(right) ? IN_SYNC : DIFFERS;
              long lag = m.raft() == null ? -1 : Math.max(0, committed - m.raft().applied());
              return new Finding(m, lag, digest, verdict);
            })
        .toList();
  }

  private static void print(List<Finding> findings) {
    String row = "%-8s %-10s %6s %10s %10s %6s %9s  %-16s %s";
    Screen.say(row, "MEMBER", "ROLE", "TERM", "APPLIED", "COMMITTED", "LAG", "LOG", "SHA-256", "");
    for (Finding f : findings) {
      Raft raft = f.raft();
      Screen.say(
          row,
          f.member.id(),
          raft.role() == null ? "-" : raft.role().toLowerCase(Locale.ROOT),
          raft.term(),
          raft.applied(),
          raft.committed(),
          f.lag < 0 ? "-" : f.lag,
          String.format(Locale.ROOT, "%.1f MiB", raft.logBytes() / 1048576.0),
          f.digest == null ? "-" : f.digest.substring(0, Math.min(16, f.digest.length())),
          f.verdict);
    }
  }

  private void append(List<Finding> findings) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode line = mapper.createObjectNode();
    line.put("time", Instant.now().toString());
    List<String> others =
        findings.stream()
            .filter(f -> !f.verdict.equals(IN_SYNC))
            .map(f -> f.member.id() + " " + f.verdict)
            .toList();
    line.put("result", others.isEmpty() ? IN_SYNC : String.join(", ", others));
    ArrayNode members = line.putArray("members");
    for (Finding f : findings) {
      members
          .addObject()
          .put("id", f.member.id())
          .put("role", f.raft().role())
          .put("term", f.raft().term())
          .put("applied", f.raft().applied())
          .put("committed", f.raft().committed())
          .put("lag", f.lag)
          .put("logBytes", f.raft().logBytes())
          .put("sha256", f.digest)
          .put("verdict", f.verdict);
    }
    Files.writeString(
        log,
        line + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
