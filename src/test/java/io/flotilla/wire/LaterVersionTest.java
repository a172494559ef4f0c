package io.flotilla.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.serialization.SerializerWithStringManifest;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.entity.Gateway;
import io.flotilla.logging.LineLimit;
import io.flotilla.logging.Problem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Two nodes and the network between them; one knows a message that the other doesn't. */
class LaterVersionTest {
  private static final String NETWORK =
      """
      akka.actor.provider = remote
      akka.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
      akka.remote.warn-about-direct-use = off
      akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
      """;

  record OfTomorrow() implements Message {}

  /** As a later version would have it. */
  public static final class LaterSerializer extends SerializerWithStringManifest {
    private final WireSerializer today;

    public LaterSerializer(ExtendedActorSystem system) {
      today = new WireSerializer(system);
    }

    @Override
    public int identifier() {
      return today.identifier();
    }

    @Override
    public String manifest(Object message) {
      return message instanceof OfTomorrow ? "kv.OfTomorrow" : today.manifest(message);
    }

    @Override
    public byte[] toBinary(Object message) {
      return message instanceof OfTomorrow ? new byte[] {8, 1} : today.toBinary(message);
    }

    @Override
    public Object fromBinary(byte[] bytes, String name) {
      return today.fromBinary(bytes, name);
    }
  }

  private final ActorTestKit node = ActorTestKit.create("node", config(NETWORK));
  private final ActorTestKit later =
      ActorTestKit.create(
          "later", config(NETWORK + "akka.actor.serializers.flotilla = \"" + serializer() + "\""));
  private final TestProbe<Object> receiver = node.createTestProbe();
  private final Logger complaints =
      (Logger) LoggerFactory.getLogger("akka.remote.artery.Deserializer");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  private static Config config(String own) {
    return ConfigFactory.parseString(own).withFallback(ConfigFactory.load());
  }

  private static String serializer() {
    return LaterSerializer.class.getName();
  }

  @BeforeEach
  void listen() {
    LineLimit limit = new LineLimit();
    limit.setContext(complaints.getLoggerContext());
    limit.start();
    log.addFilter(limit);
    log.start();
    complaints.addAppender(log);
  }

  @AfterEach
  void end() {
    complaints.detachAppender(log);
    later.shutdownTestKit();
    node.shutdownTestKit();
  }

  @Test
  void what_is_not_known_is_dropped_and_said_and_what_follows_arrives() {
    ActorRef<Object> far =
        ActorRefResolver.get(later.system())
            .resolveActorRef(
                ActorRefResolver.get(node.system()).toSerializationFormat(receiver.getRef()));
    Gateway.OtherIncarnation first = new Gateway.OtherIncarnation(1);
    far.tell(first);
    assertThat(receiver.receiveMessage()).isEqualTo(first);
    for (int i = 0; i < 100; i++) {
      far.tell(new OfTomorrow());
    }
    Gateway.OtherIncarnation second = new Gateway.OtherIncarnation(2);
    far.tell(second);
    assertThat(receiver.receiveMessage()).isEqualTo(second);
    Problem problem = new Problem();
    problem.start();
    await().until(() -> !log.list.isEmpty()); // Akka logs through an actor
    assertThat(List.copyOf(log.list))
        .hasSizeBetween(1, 5)
        .extracting(problem::convert)
        .allMatch(said -> said.contains("kv.OfTomorrow") && said.lines().count() == 1);
  }
}
