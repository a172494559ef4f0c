package io.flotilla.journal;

import io.flotilla.async.Futures;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyExceptionReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * What this member's Raft server answers the others. Only what a server asks another one is
 * answered: clients and administrators use the server in process.
 *
 * <p>Each question must name this disk. A member that lost its disk returns with a new peer id at
 * its old address; questions to the old id (for votes above all) must not be answered by the new
 * one, which doesn't know what the old one promised. Ratis itself checks only the group.
 */
final class PeerQuestions {
  /** Called with each vote, this server's own included, before it is sent. */
  @FunctionalInterface
  interface Votes {
    void voted(long term, String candidate) throws IOException;
  }

  private final RaftServer server;
  private final Votes votes;
  private final Executor blocking;
  private final Terms terms;
  private final Object appending = new Object();

  /**
   * @param blocking where threads may wait for the disk
   */
  PeerQuestions(RaftServer server, Votes votes, Executor blocking) {
    this.server = server;
    this.votes = votes;
    this.blocking = blocking;
    this.terms = new Terms(server);
  }

  /**
   * What the server refuses or fails to do is an answer, too. Fails if it isn't a question of a
   * server, or not one of the node that asks.
   *
   * @param peer the node that asks, if that is known: it can't speak for another; or null
   */
  CompletableFuture<RaftNettyServerReplyProto> answer(
      RaftNettyServerRequestProto question, String peer) {
    String asker = header(question).getRequestorId().toStringUtf8();
    if (peer != null && !isDiskOf(peer, asker)) {
      return CompletableFuture.failedFuture(
          new IOException("node " + peer + " asks as " + asker + ", which is another's disk"));
    }
    switch (question.getRaftNettyServerRequestCase()) {
      case APPENDENTRIESREQUEST:
        AppendEntriesRequestProto entries = question.getAppendEntriesRequest();
        return answered(
            entries.getServerRequest(), append(entries), reply()::setAppendEntriesReply);
      case REQUESTVOTEREQUEST:
        RequestVoteRequestProto vote = question.getRequestVoteRequest();
        return answered(
            vote.getServerRequest(), waiting(() -> vote(vote)), reply()::setRequestVoteReply);
      case INSTALLSNAPSHOTREQUEST:
        var piece = question.getInstallSnapshotRequest();
        return answered(
            piece.getServerRequest(),
            waiting(
                () -> {
                  check(piece.getServerRequest(), piece.getLeaderTerm());
                  return server.installSnapshot(piece);
                }),
            reply()::setInstallSnapshotReply);
      case STARTLEADERELECTIONREQUEST:
        var election = question.getStartLeaderElectionRequest();
        return answered(
            election.getServerRequest(),
            waiting(
                () -> {
                  check(election.getServerRequest(), election.getLeaderLastEntry().getTerm());
                  return server.startLeaderElection(election);
                }),
            reply()::setStartLeaderElectionReply);
      default:
        return CompletableFuture.failedFuture(
            new IOException(
                server.getId()
                    + " takes no "
                    + question.getRaftNettyServerRequestCase()
                    + " from the network"));
    }
  }

  private static boolean isDiskOf(String node, String peerId) {
    return peerId.lastIndexOf('-') > 0 && RaftNode.nodeOf(peerId).equals(node);
  }

  private static RaftRpcRequestProto header(RaftNettyServerRequestProto question) {
    return switch (question.getRaftNettyServerRequestCase()) {
      case APPENDENTRIESREQUEST -> question.getAppendEntriesRequest().getServerRequest();
      case REQUESTVOTEREQUEST -> question.getRequestVoteRequest().getServerRequest();
      case INSTALLSNAPSHOTREQUEST -> question.getInstallSnapshotRequest().getServerRequest();
      case STARTLEADERELECTIONREQUEST ->
          question.getStartLeaderElectionRequest().getServerRequest();
      default -> RaftRpcRequestProto.getDefaultInstance();
    };
  }

  private static RaftNettyServerReplyProto.Builder reply() {
    return RaftNettyServerReplyProto.newBuilder();
  }

  /**
   * Completes when the entries are on the disk.
   *
   * <p>Ratis compares the leader's term with its own, lets go of its lock, and only then appends.
   * Entries of a former leader, whose connection has a thread of its own, could replace those of
   * the next one, which had been acknowledged meanwhile. So one is appended after the other; the
   * disk is not waited for. A group that is only just being made would append later, in another
   * thread, so {@link #check} waits for it.
   */
  private CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request) {
    try {
      RaftRpcRequestProto header = request.getServerRequest();
      check(header, request.getLeaderTerm());
      synchronized (appending) {
        return server.appendEntriesAsync(request);
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private RequestVoteReplyProto vote(RequestVoteRequestProto request) throws IOException {
    check(request.getServerRequest(), request.getCandidateTerm());
    RequestVoteReplyProto reply = server.requestVote(request);
    if (reply.getServerReply().getSuccess() && !request.getPreVote()) {
      votes.voted(
          request.getCandidateTerm(), request.getServerRequest().getRequestorId().toStringUtf8());
    }
    return reply;
  }

  /** Waits for a group that is only just being made. */
  private void check(RaftRpcRequestProto header, long term) throws IOException {
    ByteString addressee = header.getReplyId();
    if (!server.getId().toByteString().equals(addressee)) {
      throw new IOException(
          server.getId() + " isn't " + addressee.toStringUtf8() + ", which was at this address");
    }
    terms.check(header.getRaftGroupId().getId(), term);
  }

  private <R> CompletableFuture<R> waiting(Callable<R> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        blocking);
  }

  private static <R> CompletableFuture<RaftNettyServerReplyProto> answered(
      RaftRpcRequestProto header,
      CompletableFuture<R> reply,
      Function<R, RaftNettyServerReplyProto.Builder> envelope) {
    return reply
        .thenApply(r -> envelope.apply(r).build())
        .exceptionally(failure -> failed(header, failure));
  }

  /**
   * Where Ratis's form has a serialized object there is text: to read such an object would be to
   * run what a stranger has put together.
   */
  private static RaftNettyServerReplyProto failed(RaftRpcRequestProto header, Throwable failure) {
    RaftRpcReplyProto.Builder to =
        RaftRpcReplyProto.newBuilder()
            .setRequestorId(header.getRequestorId())
            .setReplyId(header.getReplyId())
            .setCallId(header.getCallId())
            .setSuccess(false);
    return reply()
        .setExceptionReply(
            RaftNettyExceptionReplyProto.newBuilder()
                .setRpcReply(to)
                .setException(ByteString.copyFromUtf8(Futures.unwrap(failure).toString())))
        .build();
  }

  /** What an answer says of a failure on the other side. */
  static IOException failure(RaftNettyExceptionReplyProto answer) {
    ByteString text = answer.getException();
    return new IOException(
        text.isValidUtf8() ? text.toStringUtf8() : "It failed there; see the other member's log");
  }
}
