package org.testcontainers.consul;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Takes the place of the class of this name, which starts Consul in Docker: starts a process, whose
 * program is the system property {@code flotilla.consul}.
 */
public class ConsulContainer extends GenericContainer<ConsulContainer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Process process;
  private int port;

  public ConsulContainer(String image) {
    super(image);
  }

  public ConsulContainer(DockerImageName image) {
    super(image);
  }

  @Override
  public void start() {
    if (process != null) {
      return;
    }
    try {
      Path directory = Files.createTempDirectory("consul");
      port = freePort();
      Path given = directory.resolve("given.json");
      Files.writeString(given, getEnvMap().getOrDefault("CONSUL_LOCAL_CONFIG", "{}"));
      Path ports = directory.resolve("ports.json");
      Files.writeString(
          ports,
          "{\"ports\": {\"http\": %d, \"server\": %d, \"serf_lan\": %d}}"
              .formatted(port, freePort(8300), freePort(8301)));
      process =
          new ProcessBuilder(
                  List.of(
                      System.getProperty("flotilla.consul"),
                      "agent",
                      "-dev",
                      "-bind=127.0.0.1",
                      "-config-file=" + given,
                      "-config-file=" + ports))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .directory(new File(directory.toString()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      awaitLeader();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Consul's own, which some tests expect, for as long as nobody else has it. */
  private static int freePort(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket(wanted)) {
      return socket.getLocalPort();
    } catch (BindException e) {
      return freePort();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitLeader() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!hasLeader()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("the server does not answer");
      }
      Thread.sleep(50);
    }
  }

  private boolean hasLeader() {
    try {
      HttpURLConnection c =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/v1/status/leader").toURL().openConnection();
      return c.getResponseCode() == 200 && c.getInputStream().readAllBytes().length > 2;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.destroy();
      try {
        process.waitFor(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      process = null;
    }
  }

  @Override
  public boolean isRunning() {
    return process != null;
  }

  @Override
  public String getHost() {
    return "localhost";
  }

  @Override
  public Integer getMappedPort(int original) {
    return port;
  }

  @Override
  public Integer getFirstMappedPort() {
    return port;
  }
}
