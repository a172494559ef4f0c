package io.flotilla.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.acl.Acl;
import io.flotilla.acl.AclState;
import io.flotilla.acl.AclStore;
import io.flotilla.acl.Grants;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's access to tokens, policies and roles, if there are any. */
final class TokenControl {
  private static final Logger LOG = LoggerFactory.getLogger(TokenControl.class);

  /** In the data directory, written by who has lost the first token and wants another. */
  private static final String RESET = "acl-bootstrap-reset";

  private static final Duration WAKE = Duration.ofSeconds(5);

  private TokenControl() {}

  static Optional<HttpServer.AclParts> parts(
      ActorSystem<?> system, Settings settings, Entities entities, LongSupplier nanoTime) {
    return settings.acl().map(acl -> parts(system, settings, acl, entities, nanoTime));
  }

  private static HttpServer.AclParts parts(
      ActorSystem<?> system,
      Settings settings,
      Grants.Settings acl,
      Entities entities,
      LongSupplier nanoTime) {
    ActorRef<ShardingEnvelope<EntityActor.Command>> shards = entities.acl();
    Existence log = entities.existence(Acl::persistenceId);
    LocalReplicas<AclState> copies = Acl.localReplicas(entities.localLog());
    Grants grants = new Grants(system, copies, log, acl, nanoTime);
    keepAwake(system, shards, grants);
    Path reset = Path.of(settings.config().getString("flotilla.node.data"), RESET);
    return new HttpServer.AclParts(
        new AclStore(system, shards, settings.limits(), log, nanoTime),
        copies,
        grants,
        () -> resetIndex(reset));
  }

  /** Any node may be the only one that is left. */
  private static void keepAwake(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Grants grants) {
    system
        .scheduler()
        .scheduleWithFixedDelay(
            WAKE,
            WAKE,
            () -> {
              if (grants.haveEnds()) {
                shards.tell(new ShardingEnvelope<>(Acl.CLUSTER, new EntityActor.StayAwake()));
              }
            },
            system.executionContext());
  }

  /** Once it has been used, the index is another one, and the file means nothing any more. */
  private static long resetIndex(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | NumberFormatException e) {
      LOG.warn("{} is ignored: it should have the reset index in it, and nothing else", file);
      return 0;
    }
  }
}
