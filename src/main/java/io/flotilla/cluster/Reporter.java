package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.typed.GetShardRegionState;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.flotilla.wire.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Answers what this member knows of itself: its Raft server and the shards that live here. */
public final class Reporter {
  private Reporter() {}

  static final ServiceKey<Question> KEY = ServiceKey.create(Question.class, "reporter");

  public sealed interface Question {}

  public record Ask(ActorRef<Report> replyTo) implements Question, Message {}

  private record Regions(
      ActorRef<Report> replyTo, String type, ShardRegion.CurrentShardRegionState state)
      implements Question {}

  /** What a member says of itself. */
  public record Report(
      String id, String version, String httpAddress, RaftReport raft, List<ShardReport> shards)
      implements Message {}

  /** See {@code ClusterView.Raft}. */
  public record RaftReport(
      String peer, String role, long term, long applied, long committed, long logBytes) {}

  public record ShardReport(String type, String shard, List<String> namespaces) {}

  /**
   * @param self what is known without asking, with no shards
   * @param type the sharded entity whose places are told
   */
  public static Behavior<Question> create(Supplier<Report> self, EntityTypeKey<?> type) {
    return Behaviors.supervise(reporting(self, type)).onFailure(SupervisorStrategy.resume());
  }

  private static Behavior<Question> reporting(Supplier<Report> self, EntityTypeKey<?> type) {
    return Behaviors.setup(
        context -> {
          context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
          ClusterSharding sharding = ClusterSharding.get(context.getSystem());
          return Behaviors.receive(Question.class)
              .onMessage(
                  Ask.class,
                  ask -> {
                    context.ask(
                        ShardRegion.CurrentShardRegionState.class,
                        sharding.shardState(),
                        Duration.ofSeconds(1),
                        ref -> new GetShardRegionState(type, ref),
                        (state, failure) -> new Regions(ask.replyTo(), type.name(), state));
                    return Behaviors.same();
                  })
              .onMessage(
                  Regions.class,
                  regions -> {
                    Report r = self.get();
                    regions
                        .replyTo()
                        .tell(
                            new Report(
                                r.id(), r.version(), r.httpAddress(), r.raft(), shards(regions)));
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private static List<ShardReport> shards(Regions regions) {
    if (regions.state() == null) {
      return List.of(); // no region yet
    }
    return regions.state().getShards().stream()
        .map(
            s ->
                new ShardReport(
                    regions.type(), s.shardId(), s.getEntityIds().stream().sorted().toList()))
        .sorted(java.util.Comparator.comparing(ShardReport::shard))
        .toList();
  }
}
