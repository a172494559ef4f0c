package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.DigestIs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/** This member's recent digests; also collects those of the others. */
final class DigestBook {
  private static final int KEPT = 16;
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 100;

  private final JournalSettings settings;
  private final Members members;
  private final PeerLink link;
  private final ConcurrentSkipListMap<Long, String> taken = new ConcurrentSkipListMap<>();

  DigestBook(JournalSettings settings, Members members, PeerLink link) {
    this.settings = settings;
    this.members = members;
    this.link = link;
  }

  void taken(long index, String digest) {
    taken.put(index, digest);
    while (taken.size() > KEPT) {
      taken.pollFirstEntry();
    }
  }

  /** Empty if unknown. */
  String at(long index) {
    return taken.getOrDefault(index, "");
  }

  /** Asks every member repeatedly, since each computes its digest when it reaches the index. */
  CompletableFuture<Map<String, String>> collect(long index) {
    List<CompletableFuture<Map.Entry<String, String>>> asked = new ArrayList<>();
    for (String id : members.byId().keySet()) {
      asked.add(ask(id, index, ATTEMPTS).thenApply(d -> Map.entry(id, d)));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              Map<String, String> digests = new TreeMap<>();
              asked.stream()
                  .map(CompletableFuture::join)
                  .filter(e -> !e.getValue().isEmpty())
                  .forEach(e -> digests.put(e.getKey(), e.getValue()));
              return digests;
            });
  }

  private CompletableFuture<String> ask(String nodeId, long index, int attempts) {
    CompletableFuture<String> answer =
        nodeId.equals(settings.self().id())
            ? CompletableFuture.completedFuture(at(index))
            : link.ask(
                    nodeId, nonce -> new PeerMessage.AskDigest(nonce, index), DigestIs.class, 1000)
                .thenApply(m -> m == null ? "" : m.digest());
    return answer.thenCompose(
        digest ->
            !digest.isEmpty() || attempts <= 1
                ? CompletableFuture.completedFuture(digest)
                : CompletableFuture.supplyAsync(
                        () -> attempts,
                        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS))
                    .thenCompose(left -> ask(nodeId, index, left - 1)));
  }
}
