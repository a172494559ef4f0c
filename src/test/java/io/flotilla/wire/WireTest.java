package io.flotilla.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.entity.Fact;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Checks for every message that its record has the same parts, that protobuf itself reads and
 * writes the same bytes, and that these never change.
 */
class WireTest {
  private static final Map<String, Descriptor> MESSAGES = new Schema().messages();
  private static ActorTestKit kit;
  private static Wire wire;
  private static Samples samples;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseString("akka.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    ActorRef<Object> nobody = kit.system().deadLetters();
    wire =
        new Wire(
            Map.of(ActorRef.class, new Wire.Text<ActorRef<Object>>(a -> "an actor", t -> nobody)));
    List<Class<?>> types = new ArrayList<>();
    records().forEach(name -> types.add(wire.form(name).type()));
    samples =
        new Samples(
            types,
            Map.of(
                ActorRef.class,
                nobody,
                // So that the bytes stay the same when more of these are added.
                Result.class,
                new Result.Done(true, 3),
                Operation.class,
                new Operation.More(1, 2, 3),
                Message.class,
                new Gateway.OtherIncarnation(3),
                Fact.class,
                wire.form("examples.counter.Added").type(),
                Operation.Read.class,
                Operation.Unknown.class,
                Operation.Write.class,
                Operation.Unknown.class,
                Result.Many.class,
                wire.form("kv.KvResult.Entries").type(),
                Object.class,
                wire.form("cluster.Evictor.Unreachable").type()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** The names of all messages except mere containers of others. */
  private static TreeSet<String> records() {
    return MESSAGES.values().stream()
        .filter(Samples::isMessage)
        .filter(d -> !d.getFields().isEmpty() || d.getNestedTypes().isEmpty())
        .map(d -> d.getFullName().substring(Schema.ROOT.length()))
        .collect(toCollection(TreeSet::new));
  }

  private static Descriptor descriptor(String name) {
    return MESSAGES.get(Schema.ROOT + name);
  }

  private static byte[] sample(String name) {
    return wire.write(samples.of(wire.form(name).type()));
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    for (String name : records()) {
      byte[] bytes = sample(name);
      assertThat(wire.write(wire.read(name, bytes))).as(name).isEqualTo(bytes);
    }
  }

  @Test
  void protobufReadsItTheSameWay() throws IOException {
    for (String name : records()) {
      byte[] bytes = sample(name);
      DynamicMessage read = DynamicMessage.parseFrom(descriptor(name), bytes);
      assertThat(read.getUnknownFields().asMap()).as(name).isEmpty();
      assertThat(read.toByteArray()).as(name).isEqualTo(bytes);
    }
  }

  @Test
  void nothingIsReadAsNothing() {
    for (String name : records()) {
      if (hasNoRequiredPart(name)) {
        assertThat(wire.write(wire.read(name, new byte[0]))).as(name).isEmpty();
      }
    }
  }

  /**
   * A record may insist on what is a message in itself, or a text that stands for something; and
   * one does on a weight.
   */
  private static boolean hasNoRequiredPart(String name) {
    if (name.equals("registry.balance.Instance")) {
      return false;
    }
    Set<Class<?>> simple =
        Set.of(String.class, byte[].class, List.class, Map.class, OptionalLong.class);
    return Arrays.stream(wire.form(name).type().getRecordComponents())
        .map(RecordComponent::getType)
        .allMatch(t -> t.isPrimitive() || t.isEnum() || simple.contains(t));
  }

  /** All that is marked as such, and the parts that may be of any type. */
  @Test
  void nothingThatTravelsWasForgotten() {
    for (JavaClass found :
        new ClassFileImporter(List.of(new DoNotIncludeTests())).importPackages("io.flotilla")) {
      boolean travels =
          Stream.of(Message.class, Operation.class, Result.class, Fact.class)
              .anyMatch(found::isAssignableTo);
      if (travels && !found.isInterface()) {
        assertThatCode(() -> wire.form(found.reflect()))
            .as(found.getName())
            .doesNotThrowAnyException();
      }
    }
  }

  /** By the settings that a node runs with. */
  @Test
  void akkaSendsWhatIsMarkedInThisForm() {
    Serialization akka = SerializationExtension.get(kit.system().classicSystem());
    for (String name : records()) {
      Object message = samples.of(wire.form(name).type());
      if (message instanceof Message) {
        Serializer serializer = akka.findSerializerFor(message);
        assertThat(Serializers.manifestFor(serializer, message)).isEqualTo(name);
        byte[] bytes = akka.serialize(message).get();
        Object read = akka.deserialize(bytes, serializer.identifier(), name).get();
        assertThat(wire.write(read)).as(name).isEqualTo(wire.write(message));
      }
    }
  }

  /** If this fails, nodes of two versions don't understand each other, nor is the disk readable. */
  @Test
  void theBytesStayWhatTheyWere() throws IOException {
    List<String> now = new ArrayList<>();
    records().forEach(name -> now.add(name + " " + HexFormat.of().formatHex(sample(name))));
    assertThat(now).isEqualTo(golden("bytes.txt", now));
  }

  /** Numbers of fields that are gone have to be reserved in the proto, and stay in this list. */
  @Test
  void noNumberIsGivenTwice() throws IOException {
    List<String> now = new ArrayList<>();
    for (String name : records()) {
      for (FieldDescriptor f : descriptor(name).getFields()) {
        now.add(name + " " + f.getNumber() + " " + f.getName() + " " + f.getType());
      }
    }
    for (String known : golden("fields.txt", now)) {
      String[] parts = known.split(" ");
      Descriptor message = descriptor(parts[0]);
      assertThat(
              now.contains(known)
                  || message == null
                  || message.isReservedNumber(Integer.parseInt(parts[1])))
          .as(known)
          .isTrue();
    }
  }

  @Test
  void aFieldOfALaterVersionIsPassedOverAndNoticed() {
    for (String name : records()) {
      byte[] bytes = sample(name);
      byte[] later =
          UnknownFieldSet.newBuilder()
              .addField(15_000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
              .build()
              .toByteArray();
      AtomicInteger unknown = new AtomicInteger();
      byte[] both = java.util.Arrays.copyOf(bytes, bytes.length + later.length);
      System.arraycopy(later, 0, both, bytes.length, later.length);
      Object read = wire.read(name, both, unknown::incrementAndGet);
      assertThat(wire.write(read)).as(name).isEqualTo(bytes);
      assertThat(unknown).as(name).hasValue(1);
    }
  }

  @Test
  void whatIsDamagedIsRefusedAndNothingElse() {
    Random random = new Random(1);
    for (String name : records()) {
      byte[] bytes = sample(name);
      for (int i = 0; i < 200 && bytes.length > 0; i++) {
        byte[] damaged = java.util.Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
        if (damaged.length > 0) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          wire.read(name, damaged);
        } catch (UnreadableException e) {
          // As it should be.
        }
      }
    }
  }

  /** It belongs to an actor system, and a test process has many of these. */
  @Test
  void itCanBeForgotten() {
    WeakReference<Object> known = new WeakReference<>(useAndForget());
    await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> {
              System.gc();
              return known.get() == null;
            });
  }

  private static Object useAndForget() {
    Object system = new Object();
    Wire.Text<ActorRef<Object>> text = new Wire.Text<>(a -> "of " + system, t -> null);
    Wire own = new Wire(Map.of(ActorRef.class, text));
    Object message = samples.of(Gateway.Changed.class);
    assertThat(own.read(own.name(message), own.write(message))).isEqualTo(message);
    return system;
  }

  @Test
  void aMessageThatIsNotKnownIsRefused() {
    assertThatThrownBy(() -> wire.read("kv.OfTomorrow", new byte[0]))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("kv.OfTomorrow");
  }

  /** The stored list, which {@code -Dgolden.write} rewrites. */
  private static List<String> golden(String name, List<String> now) throws IOException {
    if (System.getProperty("golden.write") != null) {
      Files.write(Path.of("src/test/resources/io/flotilla/wire", name), now);
      return now;
    }
    try (InputStream in = WireTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
