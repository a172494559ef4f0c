package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.PaxosMsg.*;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Agreement on one value (Lamport, "Paxos Made Simple", 2001). Every node is proposer, acceptor and
 * learner. What the acceptor promised and what it accepted are on disk before it answers.
 */
public class Paxos extends AbstractBehavior<PaxosMsg> {

  private final Host<PaxosMsg> host;
  private final TimerScheduler<PaxosMsg> timers;
  private final SortedMap<String, Promise> promises = new TreeMap<>();
  private final SortedMap<String, SortedSet<String>> votes = new TreeMap<>();
  private Acceptor acceptor;
  private Ballot ballot;
  private String wanted = "";
  private String decided = "";

  public static Behavior<PaxosMsg> create(Host<PaxosMsg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Paxos(ctx, host, timers)));
  }

  protected Paxos(
      ActorContext<PaxosMsg> ctx, Host<PaxosMsg> host, TimerScheduler<PaxosMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    Acceptor blank = new Acceptor(new Ballot(0, ""), Optional.empty());
    this.acceptor = recall(host.storage()).orElse(blank);
  }

  /** Section 2.1: an acceptor must remember its promises even if it fails and restarts. */
  protected Optional<Acceptor> recall(Storage storage) {
    return storage.read("acceptor", Acceptor.class);
  }

  @Override
  public Receive<PaxosMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Propose.class, this::onPropose)
        .onMessage(Retry.class, m -> decided.isEmpty() ? prepare() : this)
        .onMessage(Prepare.class, this::onPrepare)
        .onMessage(Promise.class, this::onPromise)
        .onMessage(Accept.class, this::onAccept)
        .onMessage(Accepted.class, this::onAccepted)
        .build();
  }

  private Behavior<PaxosMsg> onPropose(Propose propose) {
    host.report(new Proposed(propose.value()));
    wanted = propose.value();
    if (decided.isEmpty()) {
      return prepare();
    }
    host.report(new Decided(decided));
    return this;
  }

  /** Phase 1 (a). Its own acceptor promises first and on disk, so no number is used twice. */
  private Behavior<PaxosMsg> prepare() {
    ballot = new Ballot(acceptor.promised().round() + 1, host.id());
    promises.clear();
    onPrepare(new Prepare(ballot));
    host.tellOthers(new Prepare(ballot));
    timers.startSingleTimer(new Retry(), Duration.ofMillis(100 + host.random().nextInt(100)));
    return this;
  }

  /** Phase 1 (b): promise not to accept anything smaller, and report what was accepted so far. */
  private Behavior<PaxosMsg> onPrepare(Prepare prepare) {
    if (prepare.ballot().compareTo(acceptor.promised()) > 0) {
      keep(new Acceptor(prepare.ballot(), acceptor.accepted()));
      host.report(new Promised(prepare.ballot()));
      host.tell(
          prepare.ballot().node(), new Promise(host.id(), prepare.ballot(), acceptor.accepted()));
    }
    return this;
  }

  /** Phase 2 (a), once a majority has promised. */
  private Behavior<PaxosMsg> onPromise(Promise promise) {
    if (!promise.ballot().equals(ballot) || promises.size() >= host.majority()) {
      return this;
    }
    promises.put(promise.from(), promise);
    if (promises.size() == host.majority()) {
      List<Proposal> known =
          promises.values().stream().flatMap(p -> p.accepted().stream()).toList();
      Accept accept = new Accept(new Proposal(ballot, valueFor(known, wanted)));
      host.tell(host.id(), accept);
      host.tellOthers(accept);
    }
    return this;
  }

  /** P2c: the value of the highest-<em>numbered</em> proposal that the majority knows of. */
  protected String valueFor(List<Proposal> known, String own) {
    return known.stream()
        .max(Comparator.comparing(Proposal::ballot))
        .map(Proposal::value)
        .orElse(own);
  }

  /** Phase 2 (b). */
  private Behavior<PaxosMsg> onAccept(Accept accept) {
    Proposal proposal = accept.proposal();
    if (proposal.ballot().compareTo(acceptor.promised()) >= 0) {
      keep(new Acceptor(proposal.ballot(), Optional.of(proposal)));
      host.report(new Took(proposal));
      host.tell(host.id(), new Accepted(host.id(), proposal));
      host.tellOthers(new Accepted(host.id(), proposal));
    }
    return this;
  }

  private void keep(Acceptor next) {
    acceptor = next;
    host.storage().write("acceptor", next);
  }

  /** Section 2.3: a value is chosen if a majority accepted it under one and the same number. */
  private Behavior<PaxosMsg> onAccepted(Accepted accepted) {
    SortedSet<String> voters =
        votes.computeIfAbsent(ballotBox(accepted.proposal()), b -> new TreeSet<>());
    voters.add(accepted.from());
    if (voters.size() >= host.majority() && decided.isEmpty()) {
      decided = accepted.proposal().value();
      host.report(new Decided(decided));
    }
    return this;
  }

  protected String ballotBox(Proposal proposal) {
    return proposal.ballot().toString();
  }

  @Override
  public String toString() {
    return "promised "
        + acceptor.promised()
        + acceptor.accepted().map(p -> ", took " + p).orElse("")
        + (decided.isEmpty() ? "" : ", DECIDED " + decided);
  }
}
