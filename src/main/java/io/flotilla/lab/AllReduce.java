package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.Arrays;
import java.util.List;

/**
 * The ring that sums the gradients of a distributed training (Patarasuk and Yuan, "Bandwidth
 * optimal all-reduce algorithms for clusters of workstations", JPDC 2009). Each of n nodes has a
 * vector of n chunks. In the first lap a chunk collects every node's part; in the second the sum
 * goes around. Each node sends 2(n-1) chunks of 1/n of the vector, to one neighbor, so the data
 * that a node sends hardly grows with n, and no node is a bottleneck.
 */
public class AllReduce extends AbstractBehavior<AllReduce.Msg> {

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: the node has computed its gradient. */
  public record Start() implements Msg {}

  /** A chunk on its way around, {@code step} nodes from where it began. */
  public record Chunk(int step, int index, int value) implements Msg {}

  /** What a node contributes. */
  public record Gradient(List<Integer> vector) implements Event {}

  public record Summed(List<Integer> vector) implements Event {}

  protected final Host<Msg> host;
  private final int size;
  private final int[] vector;
  private final List<Integer> gradient;
  private int complete;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.setup(ctx -> new AllReduce(ctx, host));
  }

  protected AllReduce(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
    this.size = host.all().size();
    this.vector = new int[size];
    for (int i = 0; i < size; i++) {
      vector[i] = host.random().nextInt(10);
    }
    this.gradient = asList();
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Start.class, m -> start())
        .onMessage(Chunk.class, this::onChunk)
        .build();
  }

  /** Every node begins with another chunk, so all links are busy all the time. */
  private Behavior<Msg> start() {
    host.report(new Gradient(gradient));
    return send(0, host.all().indexOf(host.id()));
  }

  private Behavior<Msg> send(int step, int index) {
    int next = (host.all().indexOf(host.id()) + 1) % size;
    host.tell(host.all().get(next), new Chunk(step, index, vector[index]));
    return this;
  }

  private Behavior<Msg> onChunk(Chunk chunk) {
    boolean collecting = chunk.step() < size - 1;
    vector[chunk.index()] = merge(collecting, vector[chunk.index()], chunk.value());
    if (chunk.step() >= size - 2) {
      complete++;
    }
    if (complete == size) {
      complete = 0;
      host.report(new Summed(asList()));
    }
    return chunk.step() + 1 < steps(size) ? send(chunk.step() + 1, chunk.index()) : this;
  }

  /** In the first lap both parts count; in the second, what comes is the sum. */
  protected int merge(boolean collecting, int own, int coming) {
    return collecting ? own + coming : coming;
  }

  /** Two laps, each without the step that would bring a chunk back to where it began. */
  protected int steps(int nodes) {
    return 2 * (nodes - 1);
  }

  private List<Integer> asList() {
    return Arrays.stream(vector).boxed().toList();
  }

  @Override
  public String toString() {
    return asList().toString();
  }
}
