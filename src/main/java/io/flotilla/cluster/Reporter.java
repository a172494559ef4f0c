package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.typed.GetShardRegionState;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.flotilla.wire.Message;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Reports what this member knows about itself: its Raft server and the shards it hosts. */
public final class Reporter extends AbstractBehavior<Reporter.Question> {
  static final ServiceKey<Question> KEY = ServiceKey.create(Question.class, "reporter");

  public sealed interface Question {}

  public record Ask(ActorRef<Report> replyTo) implements Question, Message {}

  private record Regions(ActorRef<Report> replyTo, ShardRegion.CurrentShardRegionState state)
      implements Question {}

  /** What a member reports about itself. */
  public record Report(
      String id, String version, String httpAddress, RaftReport raft, List<ShardReport> shards)
      implements Message {}

  /** See {@code ClusterStatus.Raft}. */
  public record RaftReport(
      String peer, String role, long term, long applied, long committed, long logBytes) {}

  public record ShardReport(String type, String shard, List<String> namespaces) {}

  private final Supplier<Report> self;
  private final EntityTypeKey<?> type;
  private final ClusterSharding sharding;

  /**
   * @param self what is known without asking, except the shards
   * @param type the sharded entity whose location is reported
   */
  public static Behavior<Question> create(Supplier<Report> self, EntityTypeKey<?> type) {
    return Behaviors.supervise(
            Behaviors.<Question>setup(context -> new Reporter(context, self, type)))
        .onFailure(SupervisorStrategy.resume());
  }

  private Reporter(ActorContext<Question> context, Supplier<Report> self, EntityTypeKey<?> type) {
    super(context);
    this.self = self;
    this.type = type;
    this.sharding = ClusterSharding.get(context.getSystem());
    context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
  }

  @Override
  public Receive<Question> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Regions.class, this::onRegions)
        .build();
  }

  private Behavior<Question> onAsk(Ask ask) {
    getContext()
        .ask(
            ShardRegion.CurrentShardRegionState.class,
            sharding.shardState(),
            Duration.ofSeconds(1),
            ref -> new GetShardRegionState(type, ref),
            (state, failure) -> new Regions(ask.replyTo(), state));
    return this;
  }

  private Behavior<Question> onRegions(Regions regions) {
    Report r = self.get();
    regions
        .replyTo()
        .tell(new Report(r.id(), r.version(), r.httpAddress(), r.raft(), shards(regions.state())));
    return this;
  }

  private List<ShardReport> shards(ShardRegion.CurrentShardRegionState state) {
    if (state == null) {
      return List.of(); // no region yet
    }
    return state.getShards().stream()
        .map(
            s ->
                new ShardReport(
                    type.name(), s.shardId(), s.getEntityIds().stream().sorted().toList()))
        .sorted(Comparator.comparing(ShardReport::shard))
        .toList();
  }
}
