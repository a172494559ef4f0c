package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import akka.serialization.DisabledJavaSerializer;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** To read an object that somebody on the network has made is to run what he likes. */
class JavaSerializationTest {
  private static final int JAVA = 1;
  private static final AtomicBoolean READ = new AtomicBoolean();

  private static final class Bomb implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(java.io.ObjectInputStream in) {
      READ.set(true);
    }
  }

  @Test
  void noJavaObjectIsReadOrWrittenBetweenNodes() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Bomb());
    }
    ActorSystem system =
        ActorSystem.create(
            "test",
            ConfigFactory.parseString("akka.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    try {
      Serialization serialization = SerializationExtension.get(system);
      assertThat(serialization.deserialize(bytes.toByteArray(), JAVA, "").isFailure()).isTrue();
      assertThat(READ).isFalse();
      assertThat(serialization.serializerFor(Bomb.class))
          .isInstanceOf(DisabledJavaSerializer.class);
    } finally {
      system.terminate();
    }
  }
}
