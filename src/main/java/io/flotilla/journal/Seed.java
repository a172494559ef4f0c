package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One member of the cluster as configured.
 *
 * @param id the node's name
 * @param clusterPort port of Akka remoting
 * @param raftPort port of the Raft group
 */
public record Seed(String id, String host, int clusterPort, int raftPort) {
  private static final String HOST = "(\\[[0-9A-Fa-f:.]+]|[^:@\\[\\]]+)";
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{1,63})@" + HOST + ":(\\d+):(\\d+)");
  private static final Pattern ADDRESS = Pattern.compile(HOST + ":(\\d+)");

  /** Parses {@code id@host:clusterPort:raftPort}. */
  public static Seed parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" isn't of the form id@host:clusterPort:raftPort, as n1@10.0.0.1:8300:8400");
    }
    return new Seed(m.group(1), m.group(2), port(text, m.group(3)), port(text, m.group(4)));
  }

  /** Checks each, of the form {@code host:port}. */
  static List<String> addresses(List<String> texts) {
    return texts.stream().map(Seed::address).distinct().toList();
  }

  private static String address(String text) {
    Matcher m = ADDRESS.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" isn't of the form host:clusterPort, as 10.0.0.1:8300");
    }
    return m.group(1) + ":" + port(text, m.group(2));
  }

  static List<Seed> parseAll(List<String> texts) {
    List<Seed> seeds = new ArrayList<>();
    for (String text : texts) {
      Seed seed = parse(text);
      if (seeds.stream().anyMatch(s -> s.id().equals(seed.id()))) {
        throw new IllegalArgumentException("the node id \"" + seed.id() + "\" is listed twice");
      }
      seeds.add(seed);
    }
    return List.copyOf(seeds);
  }

  String raftAddress() {
    return host + ":" + raftPort;
  }

  String clusterAddress() {
    return host + ":" + clusterPort;
  }

  Member member(String peerId) {
    return new Member(peerId, raftAddress(), clusterAddress());
  }

  private static int port(String text, String digits) {
    int port = digits.length() > 5 ? 0 : Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("\"" + text + "\" has a port outside 1 to 65535");
    }
    return port;
  }
}
