package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import akka.persistence.PersistentRepr;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.ConfigFactory;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.OptionConverters;

/** The bytes in this test are on people's disks: a change here is a change of the format. */
class EventEnvelopeTest {
  private static final String GOLDEN =
      "08cb89ec8ff72312067772697465721a0761646170746572220b08141a077061"
          + "796c6f61642a0808141a046d657461";

  private static ActorSystem system;
  private static Serialization serialization;

  @BeforeAll
  static void start() {
    system = ActorSystem.create("envelope", ConfigFactory.load("reference"));
    serialization = SerializationExtension.get(system);
  }

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(system);
  }

  @Test
  void an_event_has_these_bytes() {
    PersistentRepr event =
        PersistentRepr.apply("payload", 3, "a", "adapter", false, null, "writer")
            .withTimestamp(1234567890123L)
            .withMetadata("meta");
    assertThat(HexFormat.of().formatHex(EventEnvelope.encode(event, serialization)))
        .isEqualTo(GOLDEN);
  }

  @Test
  void these_bytes_are_read_as_the_event() {
    PersistentRepr read =
        EventEnvelope.decode(HexFormat.of().parseHex(GOLDEN), "a", 3, serialization);
    assertThat(read.payload()).isEqualTo("payload");
    assertThat(read.manifest()).isEqualTo("adapter");
    assertThat(read.writerUuid()).isEqualTo("writer");
    assertThat(read.timestamp()).isEqualTo(1234567890123L);
    assertThat(read.sequenceNr()).isEqualTo(3);
    assertThat(read.persistenceId()).isEqualTo("a");
    assertThat(OptionConverters.toJava(read.metadata())).contains("meta");
  }

  @Test
  void a_newer_version_is_refused_by_name() {
    byte[] newer = HexFormat.of().parseHex(GOLDEN + "7801"); // field 15
    assertThatThrownBy(() -> EventEnvelope.decode(newer, "a", 3, serialization))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("event 3 of a")
        .hasMessageContaining("newer version");
  }
}
