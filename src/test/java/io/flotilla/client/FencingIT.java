package io.flotilla.client;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A holder is paused past its TTL, the next one writes, the first resumes: no more of its writes
 * are accepted. With a real node and real processes; rounds: {@code -Dfencing.rounds=100}.
 */
class FencingIT {
  private static final int ROUNDS = Integer.getInteger("fencing.rounds", 100);
  private static final int SHOWN_LINES = 200;
  private static final Duration SOON = TestPatience.PATIENCE;
  private static final Pattern VALUE = Pattern.compile("\"Value\":\"([^\"]*)\"");

  private final List<Process> processes = new ArrayList<>();
  private final Deque<String> printed = new ConcurrentLinkedDeque<>();
  private final AtomicInteger refused = new AtomicInteger();

  @TempDir private Path data;

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    processes.add(process);
    Thread reader =
        new Thread(
            () ->
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .forEach(line -> heard(process.pid(), line)));
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private void heard(long pid, String line) {
    if (line.equals("refused")) {
      refused.incrementAndGet();
    } else {
      printed.add(pid + ": " + line);
      if (printed.size() > SHOWN_LINES) {
        printed.poll();
      }
    }
  }

  /** Waits; on failure reports which processes live, the waiting line and the output. */
  private void expect(String what, KeyValue kv, Callable<Boolean> condition) {
    try {
      await(what).atMost(SOON).pollInterval(20, TimeUnit.MILLISECONDS).until(condition);
    } catch (ConditionTimeoutException e) {
      String dead =
          processes.stream().filter(p -> !p.isAlive()).map(p -> p.pid() + " ").collect(joining());
      String line =
          kv.list("lock").handle((keys, failure) -> failure == null ? keys : failure).join() + "";
      String said = String.join("\n", printed);
      throw new AssertionError(
          String.format("not so: %s; ended: [%s], line: %s%n%s", what, dead, line, said), e);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  /** The last write: token, process, number. */
  private static String[] last(KeyValue kv) {
    return Flotilla.await(kv.get("data")).map(e -> e.text().split(" ")).orElse(new String[3]);
  }

  @Test
  void no_write_of_a_holder_that_was_stopped_past_its_ttl_is_taken_after_the_next_has_written()
      throws IOException, InterruptedException {
    int http = FreePorts.next();
    java(
        "io.flotilla.Main",
        "agent",
        "-data-dir",
        data.toString(),
        "-bind",
        "127.0.0.1",
        "-http-port",
        Integer.toString(http),
        "-server-port",
        Integer.toString(FreePorts.next()),
        "-serf-lan-port",
        Integer.toString(FreePorts.next()));
    String address = "127.0.0.1:" + http;
    try (Flotilla flotilla = Flotilla.builder(address).deadline(SOON).build()) {
      KeyValue kv = flotilla.kv();
      await().atMost(SOON).ignoreExceptions().until(() -> kv.set("up", "1").join() == null);
      List<Long> tokens = new ArrayList<>();
      Watch watch = kv.watch("data", 0);
      Thread watching = watching(watch, tokens);
      Map<Long, Process> writers = new ConcurrentHashMap<>();
      for (int i = 0; i < 2; i++) {
        Process writer = java("io.flotilla.client.FencedWriter", address, "lock", "data");
        writers.put(writer.pid(), writer);
      }
      await().atMost(SOON).until(() -> last(kv)[1] != null);
      for (int round = 0; round < ROUNDS; round++) {
        String holder = last(kv)[1];
        signal("STOP", Long.parseLong(holder));
        expect("another writes", kv, () -> !last(kv)[1].equals(holder));
        int before = refused.get();
        signal("CONT", Long.parseLong(holder));
        expect("the stopped one is refused", kv, () -> refused.get() > before);
      }
      long end = Flotilla.await(kv.get("data")).orElseThrow().modifyIndex();
      await().atMost(SOON).until(() -> reached >= end);
      watch.close();
      watching.join();
      System.out.printf(
          "%d rounds: %d stale writes tried and refused, %d writes taken, by %d holders%n",
          ROUNDS, refused.get(), tokens.size(), tokens.stream().distinct().count());
      assertThat(tokens).as("tokens of all accepted writes").isSorted();
      assertThat(refused.get()).isGreaterThanOrEqualTo(ROUNDS);
    }
  }

  private volatile long reached;

  /** Collects the token of every accepted write. */
  private Thread watching(Watch watch, List<Long> tokens) {
    Thread thread =
        new Thread(
            () -> {
              try {
                watch.run(
                    event -> {
                      Matcher value = VALUE.matcher(event.json());
                      if (event.name().equals("change") && value.find()) {
                        String text =
                            new String(
                                Base64.getDecoder().decode(value.group(1)), StandardCharsets.UTF_8);
                        tokens.add(Long.parseLong(text.split(" ")[0]));
                      }
                      reached = event.index();
                    });
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }
}
