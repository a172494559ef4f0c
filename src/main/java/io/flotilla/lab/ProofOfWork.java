package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A ledger that nobody leads (Nakamoto, "Bitcoin", 2008). Whoever finds a block tells all; two may
 * find one at the same time, and then there are two chains. The rule that makes them one again: the
 * longest valid chain is followed, and the blocks of the other are undone. So a payment is never
 * final, only ever less likely to be undone, the more blocks come after it.
 *
 * <p>Assumes that most of the work is done by nodes that keep the rules, and that news is quicker
 * than blocks.
 */
public class ProofOfWork extends AbstractBehavior<ProofOfWork.Msg> {
  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside. */
  public record Pay(String payment) implements Msg {}

  /** Whole chains, so that no block is ever missing; real nodes send what the other lacks. */
  public record Chain(List<Block> blocks) implements Msg {}

  private record Mined() implements Msg {}

  private record Blocks(List<Block> list) {}

  /** The node has this chain now. */
  public record Follows(List<Block> blocks) implements Event {}

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedSet<String> wanted = new TreeSet<>();

  public static Behavior<Msg> create(Host<Msg> host) {
    return Nodes.timed((ctx, timers) -> new ProofOfWork(ctx, host, timers));
  }

  protected ProofOfWork(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    mine();
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Pay.class, this::onPay)
        .onMessage(Chain.class, m -> onChain(m.blocks()))
        .onMessage(Mined.class, m -> onMined())
        .build();
  }

  private List<Block> chain() {
    return host.storage().read("chain", Blocks.class).map(Blocks::list).orElse(List.of());
  }

  /** How long the search takes is chance: at each moment as likely to end as at any other. */
  private void mine() {
    double dice = 1 - host.random().nextDouble();
    timers.startSingleTimer(new Mined(), Duration.ofMillis(10 + (long) (-200 * Math.log(dice))));
  }

  private Behavior<Msg> onPay(Pay pay) {
    wanted.add(pay.payment());
    return this;
  }

  private Behavior<Msg> onMined() {
    List<Block> longer = new ArrayList<>(chain());
    String last = longer.isEmpty() ? Block.GENESIS : longer.get(longer.size() - 1).hash();
    String payment = wanted.stream().filter(p -> maySpend(longer, p)).findFirst().orElse("");
    longer.add(Block.mine(last, host.id(), payment));
    follow(List.copyOf(longer));
    host.tellOthers(new Chain(chain()));
    mine();
    return this;
  }

  /** A coin that the chain has spent can't be spent again. */
  protected boolean maySpend(List<Block> chain, String payment) {
    String coin = payment.split(" ")[0];
    return chain.stream().noneMatch(b -> b.coin().equals(coin));
  }

  private Behavior<Msg> onChain(List<Block> other) {
    if (isValid(other) && isBetter(other, chain())) {
      follow(other);
    }
    return this;
  }

  protected boolean isValid(List<Block> chain) {
    return Block.isValid(chain);
  }

  /** The longer one has more work in it; of two equal ones the first that came is kept. */
  protected boolean isBetter(List<Block> other, List<Block> mine) {
    return other.size() > mine.size();
  }

  private void follow(List<Block> blocks) {
    host.storage().write("chain", new Blocks(blocks));
    host.report(new Follows(blocks));
  }

  @Override
  public String toString() {
    return chain().size() + " blocks";
  }
}
