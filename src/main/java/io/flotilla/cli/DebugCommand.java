package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code debug}: one archive with what a maintainer would ask for. */
@Command(
    name = "debug",
    description = "Write one archive with what somebody who is to help would ask for.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Of each node that answers: version, JVM, settings, health, metrics (twice),",
      "members, leader, threads, the latest of its log, the files of its data directory",
      "with their sizes. Of nodes that ./flotilla up has started, also their log files.",
      "Tokens, private keys and stored values are not in it; names of keys and",
      "services may be, in the log. Exit code 1 if no node answers.",
      "",
      "Examples:",
      "  ./flotilla debug",
      "  ./flotilla debug --output monday.zip --http-addr 10.0.0.1:8500,10.0.0.2:8500"
    })
public final class DebugCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOG_BYTES = 1 << 20;

  /** What is asked of each node, and what it is called in the archive. */
  private static final Map<String, String> QUESTIONS = new LinkedHashMap<>();

  static {
    QUESTIONS.put("ready.json", "/ready");
    QUESTIONS.put("cluster.json", "/v1/cluster");
    QUESTIONS.put("members.json", "/v1/operator/raft/configuration?stale");
    QUESTIONS.put("coordinator.json", "/v1/coordinator");
    QUESTIONS.put("metrics-1.txt", "/metrics");
  }

  @Mixin private MemberCommand.Target target;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "flotilla-debug.zip",
      description = "The archive; is replaced if it exists. Default: ${DEFAULT-VALUE}")
  private Path output;

  @Option(
      names = "--interval",
      converter = Times.class,
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "Between the two samples of metrics. Default: ${DEFAULT-VALUE}")
  private Duration interval;

  @Override
  public Integer call() throws IOException {
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try {
      Files.deleteIfExists(part);
      int answered;
      try (ZipOutputStream archive =
          new ZipOutputStream(
              Channels.newOutputStream(
                  OwnerOnly.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)))) {
        answered = write(archive);
      }
      Files.move(part, output, StandardCopyOption.ATOMIC_MOVE);
      Screen.say("%s is written: %d of the nodes answered.", output, answered);
      return answered == 0 ? 1 : 0;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Returns how many nodes answered. */
  private int write(ZipOutputStream archive) throws IOException {
    List<URI> addresses;
    try (Flotilla all = target.connect()) {
      addresses = all.addresses();
    }
    List<URI> answering = new ArrayList<>();
    for (URI address : addresses) {
      if (ask(address, archive)) {
        answering.add(address);
      }
    }
    if (!answering.isEmpty()) {
      Progress.until("waiting for the second sample of metrics", interval, () -> false);
    }
    for (URI address : answering) {
      try (Flotilla node = target.connectTo(address)) {
        add(archive, directory(address) + "metrics-2.txt", answer(node, "/metrics"));
      }
    }
    addLogs(archive);
    return answering.size();
  }

  private static String directory(URI address) {
    return address.getHost() + "-" + address.getPort() + "/";
  }

  /** Returns whether it answered. */
  private boolean ask(URI address, ZipOutputStream archive) throws IOException {
    try (Flotilla node = target.connectTo(address)) {
      if (!ClientOptions.await(node.cluster().alive())) {
        Screen.remark("%s doesn't answer", address.getAuthority());
        return false;
      }
      String directory = directory(address);
      for (Map.Entry<String, String> question : QUESTIONS.entrySet()) {
        add(archive, directory + question.getKey(), answer(node, question.getValue()));
      }
      addReport(archive, directory, answer(node, "/v1/debug"));
      return true;
    }
  }

  /** Why there is no answer is of interest, too. */
  private static String answer(Flotilla node, String path) {
    try {
      return ClientOptions.await(node.cluster().answer(path));
    } catch (FlotillaException e) {
      return "no answer: " + e.getMessage();
    }
  }

  /** Threads and log are for people to read. */
  private void addReport(ZipOutputStream archive, String directory, String text)
      throws IOException {
    JsonNode report;
    try {
      report = JSON.readTree(text);
    } catch (IOException e) {
      add(archive, directory + "node.txt", text);
      return;
    }
    add(archive, directory + "threads.txt", lines(report.path("Threads"), "\n\n"));
    add(archive, directory + "log.txt", lines(report.path("Log"), "\n"));
    if (report instanceof ObjectNode object) {
      object.remove(List.of("Threads", "Log"));
    }
    add(archive, directory + "node.json", report.toPrettyString());
  }

  private static String lines(JsonNode texts, String between) {
    StringBuilder all = new StringBuilder();
    texts.forEach(text -> all.append(text.asText()).append(between));
    return all.toString();
  }

  /** A node that is down can't be asked. */
  private void addLogs(ZipOutputStream archive) throws IOException {
    for (NodeSpec node : target.up().map(found -> found.state().specs()).orElse(List.of())) {
      Path log = node.data().resolve("log");
      if (Files.exists(log)) {
        add(archive, "logs/" + node.id() + ".txt", end(log));
      }
    }
  }

  private static String end(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - LOG_BYTES));
      byte[] bytes = new byte[(int) Math.min(LOG_BYTES, in.length() - in.getFilePointer())];
      in.readFully(bytes);
      return new String(bytes, UTF_8);
    }
  }

  private void add(ZipOutputStream archive, String name, String text) throws IOException {
    archive.putNextEntry(new ZipEntry(name));
    archive.write(target.withoutTokens(text).getBytes(UTF_8));
    archive.closeEntry();
  }
}
