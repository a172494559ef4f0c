package io.flotilla.http;

import akka.Done;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The members of the Raft group, as its leader knows them, and the ways to change them. A change
 * that is asked for again changes nothing more. What can't be done fails with an {@link ApiError}
 * that says why, or with a {@link io.flotilla.entity.Refusal}.
 */
public interface ClusterControl {
  /**
   * @param index of the log, at which the members became these
   * @param term the leader's
   * @param servers voters, then those being caught up
   */
  record View(long index, long term, List<Server> servers) {
    public View {
      servers = List.copyOf(servers);
    }

    /** The server of this name, or with this id in the Raft group; null if there is none. */
    Server find(String nodeOrPeerId) {
      return servers.stream()
          .filter(s -> s.node().equals(nodeOrPeerId) || s.peerId().equals(nodeOrPeerId))
          .findFirst()
          .orElse(null);
    }

    /** The highest index that any of them has stored. */
    long end() {
      return servers.stream().mapToLong(Server::match).max().orElse(0);
    }
  }

  /**
   * @param peerId its disk's id in the Raft group
   * @param address of Raft, as {@code host:port}
   * @param clusterAddress of Akka, as {@code host:port}; empty if unknown
   * @param voter false while it is caught up
   * @param match the last log index it is known to have stored
   * @param silentMillis since the leader last heard of it; 0 for the leader itself
   */
  record Server(
      String node,
      String peerId,
      String address,
      String clusterAddress,
      boolean leader,
      boolean voter,
      long match,
      long silentMillis) {}

  /** Asks the leader. */
  CompletionStage<View> view();

  /** What this node knows by itself, which may be old; for when there is no leader. */
  View known();

  /** Tells the node that listens there to join this one's group. */
  CompletionStage<Done> invite(String host, int clusterPort);

  /** Completes when it is a member no more. */
  CompletionStage<Done> remove(String nodeOrPeerId);

  /** Completes when it votes. */
  CompletionStage<Done> promote(String nodeOrPeerId);

  /**
   * Completes when another leads.
   *
   * @param nodeOrPeerId empty: whoever is next
   */
  CompletionStage<Done> transferLead(String nodeOrPeerId);

  /**
   * A copy of all that the group stores.
   *
   * @param stale whether it may be only what this node has applied by now
   */
  CompletionStage<Backup> backup(boolean stale);

  /**
   * @param bytes to be read once, and closed
   * @param index of the log that it is of
   */
  record Backup(InputStream bytes, long length, long index) {}

  /**
   * Replaces all that the group stores.
   *
   * @return takes the bytes of a backup as they come, and gives the index of the log from which on
   *     it is so
   */
  Sink<ByteString, CompletionStage<Long>> restore();

  /** Begins to end this node's process in good order. */
  void end();
}
