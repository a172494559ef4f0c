package io.flotilla.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.typed.Cluster;
import io.flotilla.cluster.Arrival;
import io.flotilla.cluster.Reporter;
import io.flotilla.cluster.Reporter.Report;
import io.flotilla.cluster.Reporters;
import io.flotilla.http.ClusterStatus;
import io.flotilla.http.NodeReport;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Seed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Combines what Akka, Raft and the other members report about the cluster. */
final class Overview implements ClusterStatus {
  private static final String SLOW =
      "a read barrier took longer than " + ReadCheck.PATIENCE.toMillis() + " ms, or failed";

  private final ActorSystem<?> system;
  private final Settings settings;
  private final Supplier<Report> self;
  private final Supplier<Collection<Seed>> members;
  private final Supplier<String> leader;
  private final Supplier<Optional<String>> waitingFor;
  private final Arrival arrival;
  private final Supplier<Roster> roster;
  private final ReadCheck readCheck;
  private final Supplier<StoreQuota.Usage> usage;
  private final Supplier<Optional<String>> otherGroup;
  private final ActorRef<Reporters.Collect> reporters;
  private final Supplier<CompletionStage<Map<String, String>>> digests;

  /**
   * @param members all nodes of the cluster
   * @param leader id of the Raft leader's node, or null
   * @param waitingFor what the log waits for before it takes part
   * @param arrival what this node waits for before it is in the cluster
   * @param roster who is in the cluster by the log
   * @param readCheck whether reads get through
   * @param otherGroup whether another group of this cluster runs, as a sentence
   */
  Overview(
      ActorSystem<?> system,
      Settings settings,
      Supplier<Report> self,
      Supplier<Collection<Seed>> members,
      Supplier<String> leader,
      Supplier<Optional<String>> waitingFor,
      Arrival arrival,
      Supplier<Roster> roster,
      ReadCheck readCheck,
      Supplier<StoreQuota.Usage> usage,
      Supplier<Optional<String>> otherGroup,
      ActorRef<Reporters.Collect> reporters,
      Supplier<CompletionStage<Map<String, String>>> digests) {
    this.system = system;
    this.settings = settings;
    this.self = self;
    this.members = members;
    this.leader = leader;
    this.waitingFor = waitingFor;
    this.arrival = arrival;
    this.roster = roster;
    this.readCheck = readCheck;
    this.usage = usage;
    this.otherGroup = otherGroup;
    this.reporters = reporters;
    this.digests = digests;
  }

  @Override
  public CompletionStage<Snapshot> snapshot() {
    return AskPattern.ask(
            reporters,
            (ActorRef<Reporters.Collected> replyTo) -> new Reporters.Collect(replyTo),
            Reporters.TIMEOUT.multipliedBy(2),
            system.scheduler())
        .thenApply(collected -> snapshot(collected.reports()));
  }

  @Override
  public Snapshot local() {
    return snapshot(List.of(self.get()));
  }

  private Snapshot snapshot(List<Report> reports) {
    Map<String, Report> byId = new HashMap<>();
    reports.forEach(r -> byId.put(r.id(), r));
    CurrentClusterState state = Cluster.get(system).state();
    List<ClusterStatus.Member> all = new ArrayList<>();
    for (Seed seed : members.get()) {
      all.add(member(seed, state, byId.get(seed.id())));
    }
    List<Shard> shards = new ArrayList<>();
    for (Report r : reports) {
      r.shards().forEach(s -> shards.add(new Shard(s.type(), s.shard(), r.id(), s.namespaces())));
    }
    StoreQuota.Usage u = usage.get();
    shards.sort(Comparator.comparing(Shard::type).thenComparing(Shard::shard));
    return new Snapshot(
        settings.clusterName(),
        settings.self().id(),
        leader.get(),
        oldest(state),
        roster.get().epoch(),
        roster.get().founder(),
        self.get().version(),
        new Store(u.bytes(), u.quota(), u.alarm(), u.lowDisks().stream().sorted().toList()),
        otherGroup.get().orElse(null),
        all,
        shards);
  }

  private ClusterStatus.Member member(Seed seed, CurrentClusterState state, Report report) {
    Optional<akka.cluster.Member> member = find(seed, state);
    boolean reachable = member.isPresent() && !state.getUnreachable().contains(member.get());
    Reporter.RaftReport raft = report == null ? null : report.raft();
    return new ClusterStatus.Member(
        seed.id(),
        seed.host(),
        seed.clusterPort(),
        seed.raftPort(),
        report == null ? httpOfSeat(seed) : report.httpAddress(),
        seat(seed),
        member.map(m -> m.status().toString()).orElse("Absent"),
        reachable,
        report == null ? null : report.version(),
        raft == null
            ? null
            : new Raft(
                raft.peer(),
                raft.role(),
                raft.term(),
                raft.applied(),
                raft.committed(),
                raft.logBytes()));
  }

  /** Null if it has none. */
  private String httpOfSeat(Seed seed) {
    Roster.Seat seat = roster.get().seats().get(seed.id());
    return seat == null ? null : seat.who().http();
  }

  private String seat(Seed seed) {
    Roster.Seat seat = roster.get().seats().get(seed.id());
    return seat == null ? "None" : seat.isIn() ? "In" : "Joining";
  }

  private static Optional<akka.cluster.Member> find(Seed seed, CurrentClusterState state) {
    for (akka.cluster.Member member : state.getMembers()) {
      if (member.address().getHost().filter(seed.host()::equals).isPresent()
          && member.address().getPort().filter(p -> p == seed.clusterPort()).isPresent()) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** Cluster singletons live on the oldest member. */
  private String oldest(CurrentClusterState state) {
    akka.cluster.Member oldest = null;
    for (akka.cluster.Member m : state.getMembers()) {
      if (oldest == null || m.isOlderThan(oldest)) {
        oldest = m;
      }
    }
    akka.cluster.Member found = oldest;
    return members.get().stream()
        .filter(s -> found != null && find(s, state).filter(found::equals).isPresent())
        .map(Seed::id)
        .findFirst()
        .orElse(null);
  }

  @Override
  public CompletionStage<NodeReport> report() {
    return CompletableFuture.supplyAsync(
        () -> new NodeReports(settings.config()).make(),
        system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  @Override
  public CompletionStage<Map<String, String>> digests() {
    return digests.get();
  }

  @Override
  public CompletionStage<Optional<String>> notReady() {
    Optional<String> waiting = waitingFor.get();
    if (waiting.isEmpty() && leader.get() == null) {
      waiting = Optional.of("no Raft leader is known: a majority of the members must be running");
    }
    waiting = waiting.or(arrival::missing);
    return waiting.isPresent()
        ? CompletableFuture.completedFuture(waiting)
        : readCheck.passes().thenApply(passes -> passes ? Optional.empty() : Optional.of(SLOW));
  }
}
