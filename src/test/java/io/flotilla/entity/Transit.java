package io.flotilla.entity;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.typesafe.config.ConfigFactory;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The way between two nodes: messages become bytes, and messages again. */
public final class Transit implements AutoCloseable {
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("akka.conf"))
              .withFallback(ConfigFactory.load()));
  private final Serialization serialization =
      SerializationExtension.get(kit.system().classicSystem());
  private final ActorRef<Gateway.FromEntity> gateway =
      kit.<Gateway.FromEntity>createTestProbe().getRef();

  public ActorRef<Gateway.FromEntity> gateway() {
    return gateway;
  }

  public byte[] bytes(Object message) {
    return serialization.serialize(message).get();
  }

  /**
   * @param like a message of the same class
   */
  public Object read(byte[] bytes, Object like) {
    Serializer serializer = serialization.findSerializerFor(like);
    return serialization
        .deserialize(bytes, serializer.identifier(), Serializers.manifestFor(serializer, like))
        .get();
  }

  public Object travelled(Object message) {
    return read(bytes(message), message);
  }

  public EntityActor.Batch batch(List<? extends Operation<?>> ops) {
    return new EntityActor.Batch("g", 1, 2, 3, List.copyOf(ops), gateway);
  }

  /** The operations as they arrive. */
  public List<Operation<?>> operations(List<? extends Operation<?>> ops) {
    return ((EntityActor.Batch) travelled(batch(ops))).ops();
  }

  /** The result as it arrives. */
  public Result result(Result result) {
    Gateway.Answered answered =
        new Gateway.Answered(1, 2, 3, 0, List.of(new Gateway.Piece(0, result)), true);
    return ((Gateway.Answered) travelled(answered)).pieces().get(0).result();
  }

  public static Set<Class<?>> classes(Collection<?> values) {
    return values.stream().map(Object::getClass).collect(Collectors.toSet());
  }

  /** The operations, whether or not they wait or have an id of their own. */
  public static Set<Class<?>> kinds(Collection<? extends Operation<?>> ops) {
    return ops.stream()
        .map(op -> op instanceof Operation.Once<?, ?> once ? once.write() : op.atOnce())
        .map(Object::getClass)
        .collect(Collectors.toSet());
  }

  /** All records that are declared within these. */
  public static Set<Class<?>> records(Class<?>... types) {
    return Stream.of(types)
        .flatMap(t -> Stream.of(t.getDeclaredClasses()))
        .filter(Class::isRecord)
        .collect(Collectors.toSet());
  }

  /** All there are of these sealed types. */
  public static Set<Class<?>> permitted(Class<?>... types) {
    return Stream.of(types)
        .flatMap(t -> Stream.of(t.getPermittedSubclasses()))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
