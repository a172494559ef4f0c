package io.flotilla.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.journal.FencedException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The node's own logback.xml, with its console written to memory and its minutes run by hand. */
class LoggingTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();
  private final LoggerContext context = new LoggerContext();
  private final LineLimit limit = new LineLimit(nanos::get);
  private Logger logger;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void configure() throws Exception {
    context.setMDCAdapter(new LogbackMDCAdapter());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(new File("src/main/resources/logback.xml"));
    OutputStreamAppender<ILoggingEvent> console =
        (OutputStreamAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    assertThat(console.getCopyOfAttachedFiltersList()).hasExactlyElementsOfTypes(LineLimit.class);
    console.setOutputStream(out);
    console.clearAllFilters();
    limit.setContext(context);
    limit.start();
    console.addFilter(limit);
    logger = context.getLogger("io.flotilla.kv.KeySpace");
  }

  @AfterEach
  void close() {
    context.stop();
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void ten_thousand_of_a_kind_are_a_few_lines_and_their_number() {
    long before = LineLimit.keptBack();
    for (int i = 0; i < 10_000; i++) {
      logger.warn("namespace {} is lost, index {}", "ns-" + i, i);
    }
    assertThat(lines()).hasSize(5);
    assertThat(LineLimit.keptBack() - before).isEqualTo(9_995);
    nanos.addAndGet(59 * SECOND);
    limit.tell();
    assertThat(lines()).hasSize(5);
    nanos.addAndGet(SECOND);
    limit.tell();
    assertThat(lines()).hasSize(6);
    assertThat(lines().get(5))
        .contains("WARN", "i.f.kv.KeySpace", "9995 more", "namespace ns-9999 is lost");

    // The next minute counts afresh, and one without suppressed lines reports nothing.
    logger.warn("namespace {} is lost, index {}", "ns", 1);
    nanos.addAndGet(60 * SECOND);
    limit.tell();
    assertThat(lines()).hasSize(7);
  }

  @Test
  void kinds_do_not_take_each_others_lines() {
    for (int i = 0; i < 100; i++) {
      logger.info("one");
      logger.error("one");
      logger.info("two", new IllegalStateException("x"));
      context.getLogger("other").info("one");
    }
    assertThat(lines().stream().filter(line -> line.contains("INFO  i.f.kv.KeySpace one")))
        .hasSize(5);
    assertThat(lines().stream().filter(line -> line.contains("ERROR"))).hasSize(5);
    assertThat(lines().stream().filter(line -> line.contains("two"))).hasSize(5);
    assertThat(lines().stream().filter(line -> line.contains("INFO  other one"))).hasSize(5);
  }

  @Test
  void messages_that_all_differ_are_bounded_too() {
    for (int i = 0; i < 10_000; i++) {
      context.getLogger("logger" + i).warn("once");
    }
    assertThat(lines()).hasSize(Kinds.MOST + 5);
  }

  @Test
  void what_is_expected_takes_one_line_and_what_is_not_keeps_its_trace() {
    logger.error(
        "Failed to persist event 3 of big",
        new CompletionException(
            new IllegalStateException(new FencedException("big is written\n by another"))));
    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith("Failed to persist event 3 of big (FencedException: big is written by another)");
    out.reset();
    logger.error("gone", new java.io.IOException("Connection reset by peer"));
    logger.error("late", new java.util.concurrent.TimeoutException());
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(1)).endsWith("late (TimeoutException)");
    out.reset();
    logger.error("a fault", new CompletionException(new IllegalStateException("x")));
    assertThat(lines())
        .hasSizeGreaterThan(5)
        .contains("Caused by: java.lang.IllegalStateException: x")
        .allMatch(line -> !line.isBlank());
  }

  @Test
  void as_json_each_message_is_one_object_on_one_line() throws Exception {
    LogFormat.use("json", context);
    logger.warn("a \"word\"\nand {}", "more");
    logger.error("late", new CompletionException(new FencedException("by\nanother")));
    logger.error("a fault", new IllegalStateException("x"));
    List<JsonNode> objects = new ArrayList<>();
    for (String line : lines()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    assertThat(objects).hasSize(3);
    JsonNode first = objects.get(0);
    assertThat(first.path("message").asText()).isEqualTo("a \"word\"\nand more");
    assertThat(first.path("level").asText()).isEqualTo("WARN");
    assertThat(first.path("logger").asText()).isEqualTo("io.flotilla.kv.KeySpace");
    assertThat(Instant.parse(first.path("time").asText())).isAfter(Instant.EPOCH);
    assertThat(first.has("problem")).isFalse();
    assertThat(objects.get(1).path("problem").asText()).isEqualTo("FencedException: by another");
    assertThat(objects.get(2).path("problem").asText())
        .startsWith("java.lang.IllegalStateException: x")
        .contains("at io.flotilla.logging.LoggingTest");
  }

  @Test
  void a_format_that_is_none_is_refused() {
    assertThatThrownBy(() -> LogFormat.use("yaml", context))
        .hasMessageContaining("flotilla.logging.format")
        .hasMessageContaining("yaml");
  }

  @Test
  void no_line_is_kept_back_of_who_asks_for_the_finer_levels() {
    logger.setLevel(ch.qos.logback.classic.Level.DEBUG);
    for (int i = 0; i < 100; i++) {
      logger.debug("step");
    }
    assertThat(lines()).hasSize(100);
  }
}
