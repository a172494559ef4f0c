package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import com.typesafe.config.ConfigFactory;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a gateway and a key space say to each other arrives on another node as it was said. */
class KvMessagesTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("akka.conf"))
              .withFallback(ConfigFactory.load()));
  private static final Serialization SERIALIZATION =
      SerializationExtension.get(KIT.system().classicSystem());

  private static final byte[] NONE = {};
  private static final Entry ENTRY = new Entry("k", NONE, -1, 2, 3, 1, "s", 3);
  private static final Session SESSION =
      new Session(
          "s", "", "n", Session.Behavior.DELETE, 1, "1ms", 0, List.of("c"), List.of("d"), 0);

  private static final List<Operation> OPS =
      List.of(
          new Op.Get("k", 5),
          new Op.ListEntries("p", 0),
          new Op.ListKeys("p", "/", 0),
          new Op.GetSession("s", 0),
          new Op.ListSessions(null, 7),
          new Op.RenewSession("s"),
          new Op.Changes("p", false, -1, 0),
          new Op.Put("k", NONE, 1, OptionalLong.of(0), 9, "id"),
          new Op.Put("k", NONE, 1, OptionalLong.empty(), 0, null),
          new Op.Acquire("k", NONE, 0, "s", null),
          new Op.Release("k", NONE, 0, "s", null),
          new Op.Delete("k", OptionalLong.empty(), 0, null),
          new Op.DeleteTree("p", null),
          new Op.CreateSession(SESSION, null),
          new Op.DestroySession("s", null),
          new Op.FailCheck("n", "c", null),
          new Op.Txn(List.of(new TxnOp(TxnOp.Verb.SET, "k", NONE, 0, 0, null)), null));

  private static final List<Result> RESULTS =
      List.of(
          new Result.Done(true, 2),
          new Result.Unchanged(2),
          new Result.Refused("code", "message"),
          new KvResult.Entries(2, List.of(ENTRY)),
          new KvResult.Keys(2, List.of("k")),
          new KvResult.SessionList(2, List.of(SESSION)),
          new KvResult.Changes(2, true, List.of()),
          new KvResult.Acquired(3, 3),
          new KvResult.SessionCreated(4, "s"),
          new KvResult.TxnDone(5, List.of(ENTRY)),
          new KvResult.TxnFailed(5, List.of(new KvResult.TxnError(0, "no"))));

  private final TestProbe<Gateway.FromEntity> gateway = KIT.createTestProbe();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static byte[] bytes(Object message) {
    return SERIALIZATION.serialize(message).get();
  }

  private static Object read(byte[] bytes, Object like) {
    akka.serialization.Serializer serializer = SERIALIZATION.findSerializerFor(like);
    return SERIALIZATION
        .deserialize(bytes, serializer.identifier(), Serializers.manifestFor(serializer, like))
        .get();
  }

  private static Object travelled(Object message) {
    return read(bytes(message), message);
  }

  private EntityActor.Batch batch(List<Operation> ops) {
    return new EntityActor.Batch("g", 1, 2, 3, ops, gateway.getRef());
  }

  @Test
  void every_operation_arrives() {
    EntityActor.Batch arrived = (EntityActor.Batch) travelled(batch(OPS));
    assertThat(arrived).usingRecursiveComparison().isEqualTo(batch(OPS));
    assertThat(arrived.ops()).hasSameSizeAs(OPS);
    for (int i = 0; i < OPS.size(); i++) {
      assertThat(arrived.ops().get(i)).hasSameClassAs(OPS.get(i));
    }
    assertThat(classes(OPS)).isEqualTo(permitted(Op.Read.class, Op.Write.class));
  }

  @Test
  void every_result_arrives() {
    for (Result result : RESULTS) {
      Gateway.Answered answered =
          new Gateway.Answered(1, 2, 3, 0, List.of(new Gateway.Piece(0, result)), true);
      Gateway.Answered arrived = (Gateway.Answered) travelled(answered);
      assertThat(arrived).usingRecursiveComparison().isEqualTo(answered);
      assertThat(arrived.pieces().get(0).result()).hasSameClassAs(result);
    }
    assertThat(classes(RESULTS)).containsAll(permitted(KvResult.class));
  }

  @Test
  void what_is_said_of_watches_arrives() {
    ActorRef<Gateway.FromEntity> self = gateway.getRef();
    List<Interest> interests =
        List.of(Interest.key("k"), Interest.prefix("p"), Op.SESSIONS, Interest.EVERYTHING);
    for (Object message :
        List.of(
            new EntityActor.Forget(interests, self),
            new EntityActor.Ping(1, self),
            EntityActor.StayAwake.INSTANCE,
            new Gateway.Changed(interests, 5),
            new Gateway.OtherIncarnation(6))) {
      assertThat(travelled(message)).isEqualTo(message);
    }
  }

  @Test
  void a_name_that_is_no_operation_is_refused() {
    byte[] bytes = bytes(batch(List.of(new Op.RenewSession("s"))));
    byte[] name = "kv.Op$RenewSession".getBytes(StandardCharsets.UTF_8);
    byte[] other = "kv.KvResult$Keys__".getBytes(StandardCharsets.UTF_8);
    int at = indexOf(bytes, name);
    System.arraycopy(other, 0, bytes, at, other.length);
    assertThatThrownBy(() -> read(bytes, batch(List.of()))).hasMessageContaining("kv.KvResult");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }

  private static Set<Class<?>> classes(List<?> values) {
    return values.stream().map(Object::getClass).collect(Collectors.toSet());
  }

  private static Set<Class<?>> permitted(Class<?>... types) {
    return Stream.of(types)
        .flatMap(t -> Stream.of(t.getPermittedSubclasses()))
        .collect(Collectors.toSet());
  }
}
