package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import io.flotilla.http.NodeReport;
import io.flotilla.logging.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a node's {@link NodeReport}. What a setting says is secret is nowhere in it. */
final class NodeReports {
  private static final String HIDDEN = "<hidden>";
  private static final List<String> SECRET = List.of("token", "secret", "password");
  private static final int MOST_FILES = 2000;

  private final Config config;
  private final Path data;
  private final Set<String> secrets = new TreeSet<>();

  /**
   * @param config of the node
   */
  NodeReports(Config config) {
    this.config = config.getConfig("flotilla");
    this.data = Path.of(this.config.getString("node.data"));
    this.config.entrySet().stream()
        .filter(setting -> isSecret(setting.getKey()))
        .map(setting -> setting.getValue().unwrapped().toString())
        .filter(value -> !value.isEmpty())
        .forEach(secrets::add);
  }

  /** Blocks. */
  NodeReport make() {
    return new NodeReport(BuildVersion.CURRENT, jvm(), settings(), files(), threads(), log());
  }

  private static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SECRET.stream().anyMatch(lower::contains);
  }

  private String shown(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, HIDDEN);
    }
    return shown;
  }

  private Map<String, String> jvm() {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    Map<String, String> jvm = new TreeMap<>();
    jvm.put("version", runtime.getVmName() + " " + runtime.getVmVersion());
    jvm.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    jvm.put("processors", "" + Runtime.getRuntime().availableProcessors());
    jvm.put("max-heap-bytes", "" + Runtime.getRuntime().maxMemory());
    jvm.put("uptime-millis", "" + runtime.getUptime());
    jvm.put(
        "collectors",
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(
                c ->
                    c.getName()
                        + ": "
                        + c.getCollectionCount()
                        + ", "
                        + c.getCollectionTime()
                        + " ms")
            .collect(Collectors.joining("; ")));
    jvm.put(
        "options",
        runtime.getInputArguments().stream()
            .map(
                option -> shown(isSecret(option) ? option.split("=", 2)[0] + "=" + HIDDEN : option))
            .collect(Collectors.joining(" ")));
    return jvm;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    config
        .entrySet()
        .forEach(
            setting -> {
              boolean hide = isSecret(setting.getKey()) && !isUnset(setting.getKey());
              String value = setting.getValue().render(ConfigRenderOptions.concise());
              settings.put("flotilla." + setting.getKey(), hide ? HIDDEN : shown(value));
            });
    return settings;
  }

  private boolean isUnset(String key) {
    return config.getValue(key).unwrapped().toString().isEmpty();
  }

  private Map<String, Long> files() {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile)
          .limit(MOST_FILES)
          .collect(
              Collectors.toMap(
                  file -> data.relativize(file).toString(),
                  NodeReports::size,
                  (one, other) -> one,
                  TreeMap::new));
    } catch (IOException | UncheckedIOException e) {
      return Map.of("can't be listed: " + e.getMessage(), 0L);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // gone meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .map(e -> e.getKey().getName() + " " + e.getKey().getState() + stack(e.getValue()))
        .sorted()
        .toList();
  }

  private static String stack(StackTraceElement[] frames) {
    return Arrays.stream(frames).map(frame -> "\n    at " + frame).collect(Collectors.joining());
  }

  private List<String> log() {
    return Console.latest().stream().map(this::shown).toList();
  }
}
