package io.flotilla.node;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.flotilla.async.Futures;
import io.flotilla.entity.Refusal;
import io.flotilla.http.ApiError;
import io.flotilla.http.ClusterControl;
import io.flotilla.journal.ChangeRefusedException;
import io.flotilla.journal.CorruptDataException;
import io.flotilla.journal.Group;
import io.flotilla.journal.NoQuorumException;
import io.flotilla.journal.OutcomeUnknownException;
import io.flotilla.journal.OverloadException;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Seed;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Connects this node's HTTP front end to the Raft group. */
final class GroupLink implements ClusterControl {
  private final ActorSystem<?> system;
  private final ReplicatedLog log;

  private final Upload uploads;

  /**
   * @param room that there is for more to be stored
   */
  GroupLink(ActorSystem<?> system, ReplicatedLog log, Path data, LongSupplier room) {
    this.system = system;
    this.log = log;
    this.uploads =
        new Upload(
            data.resolve("restore.tmp"),
            () -> FreeDisk.usable(data),
            file -> log.restore(file, Restorable.KINDS, room.getAsLong()));
  }

  @Override
  public CompletionStage<View> view() {
    return explained(log.group().view())
        .thenApply(
            v -> new View(v.index(), v.term(), v.servers().stream().map(GroupLink::of).toList()));
  }

  private static Server of(Group.Server s) {
    return new Server(
        s.node(),
        s.peerId(),
        s.address(),
        s.clusterAddress(),
        s.leader(),
        s.voter(),
        s.match(),
        s.silentMillis());
  }

  @Override
  public View known() {
    Roster roster = log.seats().roster();
    Collection<Seed> members = log.members();
    return new View(
        0, log.status().term(), members.stream().map(seed -> known(seed, roster)).toList());
  }

  private Server known(Seed seed, Roster roster) {
    Roster.Seat seat = roster.seats().get(seed.id());
    return new Server(
        seed.id(),
        seat == null ? "" : seat.who().peerId(),
        seed.host() + ":" + seed.raftPort(),
        seed.host() + ":" + seed.clusterPort(),
        seed.id().equals(log.leaderNodeId()),
        true,
        0,
        0);
  }

  @Override
  public CompletionStage<Done> invite(String host, int clusterPort) {
    return explained(log.group().invite(host, clusterPort));
  }

  @Override
  public CompletionStage<Done> remove(String nodeOrPeerId) {
    return explained(log.group().remove(nodeOrPeerId));
  }

  @Override
  public CompletionStage<Done> promote(String nodeOrPeerId) {
    return explained(log.group().promote(nodeOrPeerId));
  }

  @Override
  public CompletionStage<Done> transferLead(String nodeOrPeerId) {
    return explained(log.group().transferLead(nodeOrPeerId));
  }

  @Override
  public CompletionStage<Backup> backup(boolean stale) {
    return explained(log.backup(stale, FlotillaNode.CLOCK.millis()))
        .thenApply(copy -> new Backup(copy.bytes(), copy.length(), copy.index()));
  }

  @Override
  public Sink<ByteString, CompletionStage<Long>> restore() {
    try {
      return uploads.sink().mapMaterializedValue(GroupLink::explained);
    } catch (OverloadException e) {
      throw explained(e);
    }
  }

  @Override
  public void end() {
    CoordinatedShutdown.get(system).run(CoordinatedShutdown.unknownReason());
  }

  private static <T> CompletionStage<T> explained(CompletionStage<T> stage) {
    return stage.exceptionally(
        failure -> {
          throw explained(Futures.unwrap(failure));
        });
  }

  /** Consul answers with 500 whatever it can't do to its members. */
  private static RuntimeException explained(Throwable failure) {
    String why = failure.getMessage();
    if (failure instanceof ChangeRefusedException refused) {
      String code = refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
      return new ApiError(StatusCodes.INTERNAL_SERVER_ERROR, code, why);
    } else if (failure instanceof NoQuorumException) {
      return new Refusal("unavailable", why);
    } else if (failure instanceof OutcomeUnknownException) {
      return new Refusal("outcome-unknown", why);
    } else if (failure instanceof CorruptDataException) {
      return new ApiError(StatusCodes.INTERNAL_SERVER_ERROR, "bad-snapshot", why);
    } else if (failure instanceof OverloadException) {
      return new Refusal("overloaded", why);
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }
}
