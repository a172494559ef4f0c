package io.flotilla.topic;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.flotilla.wire.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic: numbers its messages and keeps the latest in memory. It lives on one node at a time; on
 * moving to another it starts afresh, with a new epoch and no messages.
 *
 * <p>Nodes read from it as from a log: a {@link Read} names the place up to which the reader knows
 * everything. So the topic doesn't track what each reader has seen, and repeating a read does no
 * harm. A read that finds nothing new waits for the next message.
 */
public final class Topic extends AbstractBehavior<Topic.Command> {
  public static final EntityTypeKey<Command> TYPE = EntityTypeKey.create(Command.class, "Topic");

  /** Limits of one answer, which must fit into a remoting frame. */
  static final int ANSWER_MESSAGES = 1024;

  static final int ANSWER_BYTES = 512 * 1024;

  public sealed interface Command {}

  /**
   * @param requestId a repeat with the same id gets the same answer
   */
  public record Publish(String requestId, byte[] data, ActorRef<Answer> replyTo)
      implements Command, Message {}

  public sealed interface Answer extends Message {}

  public record Published(Position id) implements Answer {}

  /** Too many topics live on this node. */
  public record NoRoom() implements Answer {}

  /**
   * @param after the place up to which the reader knows everything; null asks for the end
   * @param mayWait whether to delay the answer until there is news
   */
  public record Read(Position after, boolean mayWait, ActorRef<TopicFeed.Messages> replyTo)
      implements Command, Message {}

  private record ReaderGone(ActorRef<TopicFeed.Messages> reader) implements Command {}

  private final Buffer buffer = new Buffer();
  private final Map<ActorRef<TopicFeed.Messages>, Read> waiting = new HashMap<>();
  private final String epoch;
  private final Room room;

  /**
   * @param epoch unique to this incarnation, across all topics; lower-case letters and digits
   */
  public static Behavior<Command> create(String epoch, Room room) {
    return room.enter()
        ? Behaviors.setup(context -> new Topic(context, epoch, room))
        : Behaviors.setup(Full::new);
  }

  /** Refuses one request and stops; the next one may find room. */
  private static final class Full extends AbstractBehavior<Command> {
    Full(ActorContext<Command> context) {
      super(context);
    }

    @Override
    public Receive<Command> createReceive() {
      return newReceiveBuilder().onAnyMessage(this::refuse).build();
    }

    private Behavior<Command> refuse(Command command) {
      if (command instanceof Publish publish) {
        publish.replyTo().tell(new NoRoom());
      }
      return Behaviors.stopped();
    }
  }

  private Topic(ActorContext<Command> context, String epoch, Room room) {
    super(context);
    this.epoch = epoch;
    this.room = room;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Publish.class, this::onPublish)
        .onMessage(Read.class, this::onRead)
        .onMessage(ReaderGone.class, this::onReaderGone)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onPublish(Publish publish) {
    long last = buffer.last();
    long number = buffer.add(publish.requestId(), publish.data());
    publish.replyTo().tell(new Published(new Position(epoch, number)));
    if (number > last) {
      List<Read> woken = List.copyOf(waiting.values());
      waiting.clear();
      woken.forEach(this::answer);
    }
    trim();
    return this;
  }

  private Behavior<Command> onRead(Read read) {
    trim();
    boolean news = !new Position(epoch, buffer.last()).equals(read.after());
    if (!read.mayWait() || news) {
      answer(read);
    } else {
      getContext().watchWith(read.replyTo(), new ReaderGone(read.replyTo()));
      waiting.put(read.replyTo(), read);
    }
    return this;
  }

  private Behavior<Command> onReaderGone(ReaderGone gone) {
    waiting.remove(gone.reader());
    return this;
  }

  private Behavior<Command> onStop() {
    room.leave();
    return this;
  }

  /** More topics may have started since, which makes this one's share smaller. */
  private void trim() {
    buffer.trim(room.messages(), room.share());
  }

  private void answer(Read read) {
    read.replyTo().tell(messages(read.after()));
  }

  private TopicFeed.Messages messages(Position after) {
    if (after == null) {
      return new TopicFeed.Messages(null, false, new Position(epoch, buffer.last()), List.of());
    }
    boolean known =
        after.epoch().equals(epoch)
            && after.sequence() >= buffer.before()
            && after.sequence() <= buffer.last();
    long from = known ? after.sequence() : buffer.before();
    return new TopicFeed.Messages(
        after,
        !known,
        new Position(epoch, from),
        buffer.after(from, ANSWER_MESSAGES, ANSWER_BYTES));
  }
}
