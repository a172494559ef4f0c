package io.flotilla.http;

import akka.Done;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A group of two, of which {@code other} may be of any kind; records what it is told to do. */
final class ScriptedControl implements ClusterControl {
  final List<String> done = new CopyOnWriteArrayList<>();
  volatile Server other = server("other", true, 100, 35);
  volatile Throwable refusal;

  static Server server(String node, boolean voter, long match, long silentMillis) {
    return new Server(
        node,
        node + "-peer",
        "127.0.0.1:84" + node.length(),
        "127.0.0.1:83" + node.length(),
        false,
        voter,
        match,
        silentMillis);
  }

  /** What is refused for a reason. */
  void refuse(String code, String why) {
    refusal = new ApiError(StatusCodes.INTERNAL_SERVER_ERROR, code, why);
  }

  @Override
  public CompletionStage<View> view() {
    return refusal == null
        ? CompletableFuture.completedFuture(now())
        : CompletableFuture.failedFuture(refusal);
  }

  private View now() {
    Server leader =
        new Server("node-1", "node-1-peer", "127.0.0.1:8400", "127.0.0.1:8300", true, true, 100, 0);
    return new View(7, 3, other == null ? List.of(leader) : List.of(leader, other));
  }

  @Override
  public View known() {
    View now = now();
    return new View(0, 3, now.servers());
  }

  private CompletionStage<Done> record(String what) {
    done.add(what);
    return refusal == null
        ? CompletableFuture.completedFuture(Done.getInstance())
        : CompletableFuture.failedFuture(refusal);
  }

  @Override
  public CompletionStage<Backup> backup(boolean stale) {
    byte[] bytes = "all that is stored".getBytes(StandardCharsets.UTF_8);
    return record("backup" + (stale ? " stale" : ""))
        .thenApply(done -> new Backup(new ByteArrayInputStream(bytes), bytes.length, 7));
  }

  @Override
  public Sink<ByteString, CompletionStage<Long>> restore() {
    return Sink.<ByteString, ByteString>fold(
            ByteString.emptyByteString(), (all, more) -> all.concat(more))
        .mapMaterializedValue(
            all ->
                all.thenCompose(bytes -> record("restore " + bytes.utf8String()))
                    .thenApply(done -> 8L));
  }

  @Override
  public CompletionStage<Done> invite(String host, int clusterPort) {
    return record("invite " + host + " " + clusterPort);
  }

  @Override
  public CompletionStage<Done> remove(String nodeOrPeerId) {
    return record("remove " + nodeOrPeerId);
  }

  @Override
  public CompletionStage<Done> promote(String nodeOrPeerId) {
    return record("promote " + nodeOrPeerId);
  }

  @Override
  public CompletionStage<Done> transferLead(String nodeOrPeerId) {
    return record("transfer " + nodeOrPeerId);
  }

  @Override
  public void end() {
    done.add("end");
  }
}
