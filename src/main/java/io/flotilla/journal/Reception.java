package io.flotilla.journal;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers what other nodes ask this node's log. */
final class Reception implements PeerLink.Handler {
  private static final int MOST_ADMISSIONS = 8;

  private final Supplier<RaftNode> node;
  private final Submitter submitter;
  private final Formation formation;
  private final DigestBook digestBook;
  private final GroupView group;
  private final Changes changes;
  private final Admission admission;
  private final Retirement retirement;
  private final OtherGroup otherGroup;
  private final Semaphore admitting = new Semaphore(MOST_ADMISSIONS);
  private final Executor blocking;

  /**
   * @param blocking where it may be asked who is there, when somebody wants to be admitted
   */
  Reception(
      Supplier<RaftNode> node,
      Submitter submitter,
      Formation formation,
      DigestBook digestBook,
      GroupView group,
      Changes changes,
      Admission admission,
      Retirement retirement,
      OtherGroup otherGroup,
      Executor blocking) {
    this.node = node;
    this.submitter = submitter;
    this.formation = formation;
    this.digestBook = digestBook;
    this.group = group;
    this.changes = changes;
    this.admission = admission;
    this.retirement = retirement;
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
      admit(m, reply);
    } else if (message instanceof PeerMessage.Invite m) {
      PeerMessage.InviteAnswer answer = formation.invited(m, node.get());
      if (answer != null) {
        reply.accept(answer);
      }
    } else if (message instanceof PeerMessage.Change m) {
      reply.accept(changes.ask(m));
    } else if (message instanceof PeerMessage.AskRemoved m) {
      reply.accept(retirement.answer(m));
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
    } else if (message instanceof PeerMessage.AskGroup m) {
      reply.accept(new PeerMessage.GroupIs(m.nonce(), group.now()));
    } else if (message instanceof PeerMessage.AskDigest m) {
      reply.accept(new PeerMessage.DigestIs(m.nonce(), digestBook.at(m.index())));
    }
  }

  /** Beyond that many at once, the others have to ask again. */
  private void admit(PeerMessage.Join join, Consumer<PeerMessage> reply) {
    if (admitting.tryAcquire()) {
      blocking.execute(
          () -> {
            try {
              reply.accept(admission.asked(join));
            } finally {
              admitting.release();
            }
          });
    }
  }

  /** This member if it has a group and this peer id; otherwise null. */
  private RaftNode member(String peerId) {
    RaftNode n = node.get();
    return n != null && n.term() >= 0 && n.peerId().equals(peerId) ? n : null;
  }
}
