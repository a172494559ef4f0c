package io.flotilla.entity;

import akka.actor.typed.ActorRef;

/** The ways to an entity. */
public interface Ways {
  /** Wherever it lives. */
  void throughShard(EntityActor.Command command);

  /**
   * To where it was last, which may be wrong by now.
   *
   * @param bytes about the command's size
   */
  default void straight(
      ActorRef<EntityActor.Command> home, EntityActor.Command command, long bytes) {
    home.tell(command);
  }
}
