package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Merkle.Step;
import java.time.Duration;
import java.util.List;

/**
 * A node that has only the headers of the blocks (Nakamoto, "Bitcoin", 2008, section 8). Asked
 * whether a payment was made, it asks others for a proof: the hashes beside the way from the
 * payment up to the root, which is in the header. It needs to trust nobody: a wrong proof leads to
 * another root.
 *
 * <p>Assumes that the header is right, which is what the work in it is for.
 */
public class LightNode extends AbstractBehavior<LightNode.Msg> {
  public static final List<String> BLOCK =
      List.of("Ana pays Bob", "Bob pays Cleo", "Cleo pays Dan", "Dan pays Eve", "Eve pays Ana");

  private static final Duration RETRY = Duration.ofMillis(50);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the light node. */
  public record Check(String payment) implements Msg {}

  public record Ask(String from, String payment) implements Msg {}

  public record Proof(String from, String payment, List<Step> steps) implements Msg {}

  private record Retry() implements Msg {}

  public record Believed(String payment, String from) implements Event {}

  public record Refused(String payment, String from) implements Event {}

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Merkle tree;
  private final String root;
  private String wanted;

  public static Behavior<Msg> create(Host<Msg> host) {
    return create(host, Merkle.TAGGED);
  }

  static Behavior<Msg> create(Host<Msg> host, Merkle tree) {
    return host.id().equals("light")
        ? Nodes.timed((ctx, timers) -> new LightNode(ctx, host, timers, tree))
        : Nodes.timed((ctx, timers) -> new FullNode(ctx, host, tree));
  }

  protected LightNode(
      ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers, Merkle tree) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.tree = tree;
    this.root = tree.root(BLOCK);
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Check.class, this::onCheck)
        .onMessage(Proof.class, this::onProof)
        .onMessage(Retry.class, m -> ask())
        .build();
  }

  private Behavior<Msg> onCheck(Check check) {
    wanted = check.payment();
    return ask();
  }

  private Behavior<Msg> ask() {
    host.tellOthers(new Ask(host.id(), wanted));
    timers.startSingleTimer(new Retry(), RETRY);
    return this;
  }

  private Behavior<Msg> onProof(Proof proof) {
    if (leadsTo(root, tree, proof)) {
      host.report(new Believed(proof.payment(), proof.from()));
      timers.cancelAll();
    } else {
      host.report(new Refused(proof.payment(), proof.from()));
    }
    return this;
  }

  protected boolean leadsTo(String root, Merkle tree, Proof proof) {
    return tree.climb(proof.payment(), proof.steps()).equals(root);
  }

  @Override
  public String toString() {
    return "root " + root;
  }
}
