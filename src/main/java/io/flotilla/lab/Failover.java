package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.FailoverMsg.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A primary and its copies, and another primary when it is given up (Oki and Liskov, "Viewstamped
 * Replication", 1988). An order is acknowledged when a majority has it on disk. So not any copy may
 * take over: the new primary first asks a majority, which from then on takes nothing from older
 * ones, and begins with the best log that it hears of.
 *
 * <p>Assumes that each promotion has an epoch of its own (here given from outside).
 */
public class Failover extends FailoverDisk {
  private static final Duration RESEND = Duration.ofMillis(50);

  private final TimerScheduler<FailoverMsg> timers;
  private final SortedMap<String, Has> heard = new TreeMap<>();
  private final SortedMap<String, Integer> copied = new TreeMap<>();
  private int campaign;
  private boolean leads;
  private int acknowledged;

  public static Behavior<FailoverMsg> create(Host<FailoverMsg> host) {
    return Nodes.timed((ctx, timers) -> new Failover(ctx, host, timers));
  }

  protected Failover(
      ActorContext<FailoverMsg> ctx, Host<FailoverMsg> host, TimerScheduler<FailoverMsg> timers) {
    super(ctx, host);
    this.timers = timers;
  }

  @Override
  public Receive<FailoverMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Order.class, m -> onOrder(m.item()))
        .onMessage(Promote.class, m -> onPromote(m.epoch()))
        .onMessage(Fence.class, this::onFence)
        .onMessage(Has.class, this::onHas)
        .onMessage(Copy.class, this::onCopy)
        .onMessage(Copied.class, this::onCopied)
        .onMessage(Resend.class, m -> send())
        .build();
  }

  private Behavior<FailoverMsg> onPromote(int epoch) {
    if (epoch > disk().fence()) {
      stepDown(epoch);
      campaign = epoch;
      send();
      return onHas(new Has(host.id(), epoch, disk().written(), disk().log()));
    }
    return this;
  }

  private void stepDown(int fence) {
    write(fence, disk().written(), disk().log());
    campaign = 0;
    leads = false;
    acknowledged = 0;
    heard.clear();
    copied.clear();
    timers.cancelAll();
  }

  private Behavior<FailoverMsg> send() {
    host.tellOthers(
        leads ? new Copy(host.id(), campaign, disk().log()) : new Fence(host.id(), campaign));
    timers.startSingleTimer(new Resend(), RESEND);
    return this;
  }

  private Behavior<FailoverMsg> onFence(Fence m) {
    if (m.epoch() > disk().fence()) {
      stepDown(m.epoch());
    }
    if (m.epoch() == disk().fence()) {
      host.tell(m.from(), new Has(host.id(), m.epoch(), disk().written(), disk().log()));
    }
    return this;
  }

  private Behavior<FailoverMsg> onHas(Has has) {
    if (has.epoch() == campaign && !leads) {
      heard.put(has.from(), has);
      if (isEnough(heard.size())) {
        leads = true;
        write(campaign, campaign, best(new ArrayList<>(heard.values())).log());
        host.report(new Leads(campaign, disk().log()));
        send();
      }
    }
    return this;
  }

  /**
   * Any two majorities have a node in common: it has what was acknowledged, and has been fenced.
   */
  protected boolean isEnough(int nodes) {
    return nodes >= host.majority();
  }

  /** The log of the latest primary; only of logs by the same one is the longest the best. */
  protected Has best(List<Has> all) {
    return all.stream()
        .max(Comparator.comparingInt(Has::written).thenComparingInt(h -> h.log().size()))
        .orElseThrow();
  }

  private Behavior<FailoverMsg> onOrder(String item) {
    if (leads) {
      List<String> longer = new ArrayList<>(disk().log());
      longer.add(item);
      write(campaign, campaign, List.copyOf(longer));
      return send();
    }
    return this;
  }

  private Behavior<FailoverMsg> onCopy(Copy copy) {
    if (isStale(copy.epoch(), disk().fence())) {
      host.report(new Fenced(copy.epoch()));
      return this;
    }
    if (copy.epoch() > disk().fence()) {
      stepDown(copy.epoch());
    }
    if (copy.epoch() != disk().written() || copy.log().size() > disk().log().size()) {
      write(disk().fence(), copy.epoch(), copy.log());
    }
    host.tell(copy.from(), new Copied(host.id(), copy.epoch(), copy.log().size()));
    return this;
  }

  protected boolean isStale(int epoch, int fence) {
    return epoch < fence;
  }

  private Behavior<FailoverMsg> onCopied(Copied m) {
    if (leads && m.epoch() == campaign) {
      copied.merge(m.from(), m.size(), Math::max);
      List<String> log = disk().log();
      while (acknowledged < log.size() && copies(acknowledged + 1) >= host.majority()) {
        host.report(new Acknowledged(campaign, log.get(acknowledged++)));
      }
    }
    return this;
  }

  private long copies(int size) {
    return 1 + copied.values().stream().filter(n -> n >= size).count();
  }
}
