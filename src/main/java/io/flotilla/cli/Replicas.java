package io.flotilla.cli;

import io.flotilla.client.ClusterApi;
import io.flotilla.client.ClusterView;
import io.flotilla.client.Consistency;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Compares the nodes' copies in two ways: by what each answers from its own copy, and by the nodes'
 * digests of all they have stored.
 */
final class Replicas {
  /**
   * One node's copy.
   *
   * @param applied index of the last log entry in it, as the node reports it
   * @param digest of all its keys, values and indexes
   */
  private record Copy(String node, long applied, int keys, String digest) {}

  private final List<NodeSpec> nodes;
  private List<Copy> copies = List.of();

  Replicas(List<NodeSpec> nodes) {
    this.nodes = nodes;
  }

  boolean areEqual() {
    List<Copy> seen = new ArrayList<>();
    for (NodeSpec node : nodes) {
      copy(node).ifPresent(seen::add);
    }
    copies = seen;
    return seen.size() == nodes.size()
        && seen.stream().map(Copy::digest).distinct().count() == 1
        && seen.stream().map(Copy::applied).distinct().count() == 1
        && storesAreEqual();
  }

  private boolean storesAreEqual() {
    try (Flotilla flotilla = Flotilla.connect(NodeSpec.addresses(nodes))) {
      ClusterApi.Replication stores = Flotilla.await(flotilla.cluster().replication());
      return stores.inSync() && stores.digests().size() == nodes.size();
    } catch (FlotillaException e) {
      return false;
    }
  }

  List<String> lines() {
    return copies.stream()
        .map(
            c ->
                String.format(
                    "%s: log applied up to %d, %d keys, digest %s",
                    c.node(), c.applied(), c.keys(), c.digest()))
        .toList();
  }

  private static Optional<Copy> copy(NodeSpec node) {
    try (Flotilla flotilla = Flotilla.connect(node.http())) {
      List<Entry> entries = Flotilla.await(flotilla.kv().with(Consistency.STALE).list(""));
      ClusterView view = Flotilla.await(flotilla.cluster().view());
      long applied =
          view.member(node.id()).map(ClusterView.Member::raft).map(r -> r.applied()).orElse(0L);
      return Optional.of(new Copy(node.id(), applied, entries.size(), digest(entries)));
    } catch (FlotillaException e) {
      return Optional.empty();
    }
  }

  private static String digest(List<Entry> entries) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Entry e : entries) {
        sha.update((e.key() + "\0" + e.modifyIndex() + "\0").getBytes(StandardCharsets.UTF_8));
        sha.update(e.value());
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
