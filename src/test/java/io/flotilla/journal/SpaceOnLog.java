package io.flotilla.journal;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.flotilla.TestPatience;
import io.flotilla.entity.Checkpoints;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Quota;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Result;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.SessionMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** An incarnation of a namespace's key space on one node's log, and a gateway that asks it. */
final class SpaceOnLog {
  private final ReplicatedLog log;
  private final String name = UUID.randomUUID().toString();
  private long batches;
  final String id;
  final TestProbe<Gateway.FromEntity> gateway;
  final ActorRef<EntityActor.Command> actor;

  /** One that stores its checkpoints as a node does. */
  SpaceOnLog(LogCluster cluster, String node, String namespace) {
    this(
        cluster,
        node,
        namespace,
        (id, epoch, sequenceNr, state) ->
            cluster.log(node).snapshots().saveBeside(id, epoch, sequenceNr, 1, state));
  }

  SpaceOnLog(LogCluster cluster, String node, String namespace, Checkpoints checkpoints) {
    this.log = cluster.log(node);
    this.id = KeySpace.persistenceId(namespace).id();
    this.gateway = TestProbe.create(Adapter.toTyped(cluster.system(node)));
    this.actor =
        Adapter.spawnAnonymous(
            cluster.system(node),
            KeySpace.create(
                namespace,
                new Barrier(log, checkpoints),
                Clock.systemUTC(),
                () -> {},
                () -> {},
                new SessionMetrics(new SimpleMeterRegistry()),
                System::nanoTime));
  }

  private record Barrier(ReplicatedLog log, Checkpoints checkpoints) implements ReadBarrier {
    @Override
    public long epoch(String persistenceId) {
      return log.writerEpoch(persistenceId);
    }

    @Override
    public CompletionStage<Done> confirm(String persistenceId, long epoch) {
      return log.confirmWriter(persistenceId, epoch);
    }

    @Override
    public Quota quota() {
      return Quota.unlimited();
    }
  }

  /** The incarnation is known once it has recovered: until then it is asked again. */
  Result ask(Operation<?> op) {
    long number = ++batches;
    while (true) {
      send(name, number, op);
      Gateway.FromEntity answer = gateway.receiveMessage(TestPatience.PATIENCE);
      if (answer instanceof Gateway.Answered a && a.number() == number) {
        return a.pieces().get(0).result();
      }
    }
  }

  /**
   * Asks for something, and after that twice for a read by another gateway. Returns whether the
   * first was answered before the second read was: when the first read is answered, what was asked
   * before has come and is decided next, unless it has to wait.
   */
  boolean isAnswered(Operation<?> op) {
    long number = ++batches;
    send(name, number, op);
    boolean first = read(number);
    return read(number) || first;
  }

  /** Returns whether the batch is answered before this read is. */
  private boolean read(long batch) {
    long read = ++batches;
    send(name + "-reader", read, new KeyOp.Get("none"));
    boolean answered = false;
    while (true) {
      Gateway.Answered answer = (Gateway.Answered) gateway.receiveMessage(TestPatience.PATIENCE);
      if (answer.number() == read) {
        return answered;
      }
      answered |= answer.number() == batch;
    }
  }

  private void send(String from, long number, Operation<?> op) {
    actor.tell(
        new EntityActor.Batch(from, number, log.writerEpoch(id), 1, List.of(op), gateway.getRef()));
  }

  KvResult.Entries entries(Operation<?> read) {
    return (KvResult.Entries) ask(read);
  }

  static KeyOp.Put put(String key, int bytes, int content) {
    byte[] value = new byte[bytes];
    for (int i = 0; i < Integer.BYTES; i++) {
      value[i] = (byte) (content >> 8 * i);
    }
    return new KeyOp.Put(key, value, 0, OptionalLong.empty(), 0);
  }

  EntityLog stored() {
    return log.local(id);
  }

  List<StoredSnapshot> checkpoints() {
    return stored().snapshots();
  }
}
