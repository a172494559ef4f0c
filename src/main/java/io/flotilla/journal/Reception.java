package io.flotilla.journal;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers what other nodes ask this node's log. */
final class Reception implements PeerLink.Handler {
  private final Supplier<RaftNode> node;
  private final Submitter submitter;
  private final Formation formation;
  private final DigestBook digestBook;
  private final OtherGroup otherGroup;
  private final Executor blocking;

  /**
   * @param blocking where a member may be admitted, which can take minutes
   */
  Reception(
      Supplier<RaftNode> node,
      Submitter submitter,
      Formation formation,
      DigestBook digestBook,
      OtherGroup otherGroup,
      Executor blocking) {
    this.node = node;
    this.submitter = submitter;
    this.formation = formation;
    this.digestBook = digestBook;
    this.otherGroup = otherGroup;
    this.blocking = blocking;
  }

  @Override
  public void received(PeerMessage message, Consumer<PeerMessage> reply) {
    if (message instanceof PeerMessage.Forward m) {
      submitter.serve(m, reply);
    } else if (message instanceof PeerMessage.Answer m) {
      submitter.answered(m);
    } else if (message instanceof PeerMessage.WhoAreYou m) {
      PeerMessage.IAm answer = formation.introduce(m.nonce(), node.get());
      if (answer != null) {
        reply.accept(answer);
      }
    } else if (message instanceof PeerMessage.IAm m) {
      otherGroup.heard(m);
    } else if (message instanceof PeerMessage.Join m) {
      blocking.execute(
          () ->
              reply.accept(
                  new PeerMessage.JoinAnswer(m.nonce(), formation.admit(node.get(), m.member()))));
    } else if (message instanceof PeerMessage.AskTerm m) {
      RaftNode n = member(m.peerId());
      if (n != null) {
        reply.accept(new PeerMessage.TermIs(m.nonce(), n.term()));
      }
    } else if (message instanceof PeerMessage.AskEnd m) {
      RaftNode n = member(m.peerId());
      if (n != null) {
        reply.accept(new PeerMessage.EndIs(m.nonce(), RaftView.of(n).end()));
      }
    } else if (message instanceof PeerMessage.AskDigest m) {
      reply.accept(new PeerMessage.DigestIs(m.nonce(), digestBook.at(m.index())));
    }
  }

  /** This member if it has a group and this peer id; otherwise null. */
  private RaftNode member(String peerId) {
    RaftNode n = node.get();
    return n != null && n.term() >= 0 && n.peerId().equals(peerId) ? n : null;
  }
}
