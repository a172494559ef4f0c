package io.flotilla.journal;

import akka.actor.AbstractActor;
import akka.actor.ActorRef;
import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.Props;
import io.flotilla.async.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Connects the logs of the nodes: an actor at the same path on each, reachable before the nodes
 * have joined an Akka cluster. Large messages go to a second actor, whose path has its own stream
 * in Artery.
 */
final class PeerLink {
  private static final String NAME = "flotilla-log";
  private static final String BULK_NAME = "flotilla-log-bulk";
  private static final int BULK_BYTES = 64 << 10;

  /** Since when members understand {@link PeerMessage.Several}. */
  static final int PROTOCOL = 3;

  /** Of what leaves together; Artery's frames are four times as large. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int OVERHEAD_BYTES = 32;
  private static final int MOST_REFS = 1000;

  /** Handles messages from other nodes. */
  interface Handler {
    /** A message other than an answer to {@link PeerLink#ask}; {@code reply} is thread-safe. */
    void received(PeerMessage message, Consumer<PeerMessage> reply);
  }

  private final ExtendedActorSystem system;
  private final Members members;
  private final BooleanSupplier maySendSeveral;
  private final Map<ActorRef, Outbox<PeerMessage>> outboxes = new ConcurrentHashMap<>();
  private volatile ActorRef self = ActorRef.noSender();
  private final Map<String, ActorRef> refs = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<PeerMessage>> asked = new ConcurrentHashMap<>();
  private final AtomicLong nonces = new AtomicLong();

  /**
   * @param maySendSeveral whether all members understand {@link PeerMessage.Several}
   */
  PeerLink(ExtendedActorSystem system, Members members, BooleanSupplier maySendSeveral) {
    this.system = system;
    this.members = members;
    this.maySendSeveral = maySendSeveral;
  }

  /** Starts receiving. */
  void open(Handler handler) {
    this.self = system.systemActorOf(Props.create(Receiver.class, this, handler), NAME);
    system.systemActorOf(Props.create(Receiver.class, this, handler), BULK_NAME);
  }

  void send(String nodeId, PeerMessage message) {
    Seed node = members.find(nodeId);
    if (node != null) {
      sendTo(node.clusterAddress(), message);
    }
  }

  /**
   * @param address {@code host:port} of the other's Akka
   */
  private void sendTo(String address, PeerMessage message) {
    boolean bulk = message instanceof PeerMessage.Forward f && f.body().length > BULK_BYTES;
    sendTo(ref(address, bulk ? BULK_NAME : NAME), message, bulk);
  }

  /** Requests to the leader and their answers are many: those that wait leave together. */
  private void sendTo(ActorRef other, PeerMessage message, boolean alone) {
    boolean many = message instanceof PeerMessage.Forward || message instanceof PeerMessage.Answer;
    if (!many || alone || !maySendSeveral.getAsBoolean()) {
      other.tell(message, self);
      return;
    }
    Outbox<PeerMessage> known = outboxes.get(other);
    if (known == null) {
      if (outboxes.size() > MOST_REFS) {
        outboxes.clear();
      }
      known = outboxes.computeIfAbsent(other, this::outbox);
    }
    known.add(message);
  }

  private Outbox<PeerMessage> outbox(ActorRef other) {
    return new Outbox<>(
        system.dispatcher(),
        MOST_BYTES,
        PeerLink::bytes,
        all -> other.tell(all.size() == 1 ? all.get(0) : several(all), self));
  }

  private static int bytes(PeerMessage message) {
    byte[] body =
        message instanceof PeerMessage.Forward forward
            ? forward.body()
            : ((PeerMessage.Answer) message).body();
    return body.length + OVERHEAD_BYTES;
  }

  private static PeerMessage.Several several(List<PeerMessage> all) {
    List<PeerMessage.Forward> forwards = new ArrayList<>();
    List<PeerMessage.Answer> answers = new ArrayList<>();
    for (PeerMessage one : all) {
      if (one instanceof PeerMessage.Forward forward) {
        forwards.add(forward);
      } else {
        answers.add((PeerMessage.Answer) one);
      }
    }
    return new PeerMessage.Several(forwards, answers);
  }

  /** Completes with the answer, or with null after {@code millis}. */
  <T extends PeerMessage.ToAsker> CompletableFuture<T> ask(
      String nodeId, LongFunction<PeerMessage> question, Class<T> type, long millis) {
    return ask(message -> send(nodeId, message), question, type, millis);
  }

  /** The same of whoever listens at this {@code host:port}. */
  <T extends PeerMessage.ToAsker> CompletableFuture<T> askAt(
      String address, LongFunction<PeerMessage> question, Class<T> type, long millis) {
    return ask(message -> sendTo(address, message), question, type, millis);
  }

  private <T extends PeerMessage> CompletableFuture<T> ask(
      Consumer<PeerMessage> send, LongFunction<PeerMessage> question, Class<T> type, long millis) {
    long nonce = nonces.incrementAndGet();
    CompletableFuture<PeerMessage> answer = new CompletableFuture<>();
    asked.put(nonce, answer);
    send.accept(question.apply(nonce));
    return answer
        .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
        .thenApply(
            message -> {
              asked.remove(nonce);
              return type.isInstance(message) ? type.cast(message) : null;
            });
  }

  /** A member's current term; null if it doesn't answer in time. */
  CompletableFuture<Long> askTerm(String peerId, long millis) {
    return ask(
            RaftNode.nodeOf(peerId),
            nonce -> new PeerMessage.AskTerm(nonce, peerId),
            PeerMessage.TermIs.class,
            millis)
        .thenApply(answer -> answer == null ? null : answer.term());
  }

  /** Where a member's log ends; null if it doesn't answer in time. */
  CompletableFuture<RaftView.End> askEnd(String peerId, long millis) {
    return ask(
            RaftNode.nodeOf(peerId),
            nonce -> new PeerMessage.AskEnd(nonce, peerId),
            PeerMessage.EndIs.class,
            millis)
        .thenApply(answer -> answer == null ? null : answer.end());
  }

  private ActorRef ref(String address, String name) {
    if (refs.size() > MOST_REFS) {
      refs.clear();
    }
    // By address: a node may come back elsewhere.
    return refs.computeIfAbsent(
        address + "/" + name,
        key -> {
          HostPort at = HostPort.of(address);
          Address system = new Address("akka", this.system.name(), at.host(), at.port());
          return this.system.provider().resolveActorRef(system + "/system/" + name);
        });
  }

  private boolean answered(long nonce, PeerMessage message) {
    CompletableFuture<PeerMessage> waiting = asked.remove(nonce);
    return waiting != null && waiting.complete(message);
  }

  /**
   * Passes messages on; has no state. It is a classic actor because those know the sender of a
   * message: answers can go to the sender without an address in the message.
   */
  static final class Receiver extends AbstractActor {
    private final PeerLink link;
    private final Handler handler;

    Receiver(PeerLink link, Handler handler) {
      this.link = link;
      this.handler = handler;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(PeerMessage.IAm.class, this::introduced)
          .match(PeerMessage.ToAsker.class, m -> link.answered(m.nonce(), m))
          .match(PeerMessage.Several.class, this::passEach)
          .match(PeerMessage.class, this::pass)
          .build();
    }

    private void introduced(PeerMessage.IAm other) {
      if (!link.answered(other.nonce(), other)) {
        pass(other);
      }
    }

    private void pass(PeerMessage message) {
      ActorRef asker = getSender();
      handler.received(message, reply -> link.sendTo(asker, reply, false));
    }

    private void passEach(PeerMessage.Several several) {
      several.answers().forEach(this::pass);
      several.forwards().forEach(this::pass);
    }
  }
}
