package io.flotilla.journal;

import akka.actor.CoordinatedShutdown;

/** Why the actor system ends: an operator has removed this node's disk from the cluster. */
public record Removed() implements CoordinatedShutdown.Reason {
  static String message(String node, java.nio.file.Path data) {
    return node
        + " was removed from the cluster by an operator, so it ends. Its disk may not come back: to"
        + " take the node back, empty "
        + data.toAbsolutePath()
        + " and start it with --join HOST:PORT, the cluster port of a member";
  }
}
