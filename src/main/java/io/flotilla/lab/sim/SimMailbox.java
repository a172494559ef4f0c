package io.flotilla.lab.sim;

import akka.actor.ActorPath;
import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMessageQueueSemantics;
import com.typesafe.config.Config;
import io.flotilla.lab.Report;
import java.util.ArrayDeque;
import java.util.Iterator;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The default mailbox: a message from one node to another goes to the network; anything else
 * (within a node, from a timer, outside the world) enters the queue.
 */
public final class SimMailbox implements MailboxType, ProducesMessageQueue<SimMailbox.Queue> {

  /** Akka calls a constructor with this signature. */
  public SimMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    Kernel kernel = ((SimScheduler) system.get().scheduler()).kernel();
    return new Queue(kernel, owner.isEmpty() ? null : owner.get().path());
  }

  /** The queue of one actor. */
  public static final class Queue implements MessageQueue, UnboundedMessageQueueSemantics {
    private final ArrayDeque<Envelope> waiting = new ArrayDeque<>();
    private final Kernel kernel;
    private final int node;
    private final boolean reports;

    private Queue(Kernel kernel, ActorPath owner) {
      this.kernel = kernel;
      String name = owner == null ? null : nodeOf(owner);
      this.node =
          name == null || kernel.world() == null ? Kernel.OUTSIDE : kernel.world().indexOf(name);
      this.reports =
          owner != null && owner.name().equals("reports") && owner.parent().name().equals("user");
    }

    /** The element below {@code /user/world}, or null for an actor that belongs to no node. */
    private static String nodeOf(ActorPath path) {
      Iterator<String> names = CollectionConverters.asJava(path.elements()).iterator();
      return names.next().equals("user")
              && names.hasNext()
              && names.next().equals("world")
              && names.hasNext()
          ? names.next()
          : null;
    }

    int node() {
      return node;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope envelope) {
      World<?> world = kernel.world();
      int from = kernel.current();
      if (reports) {
        // Recognized here, not by an actor that reads it later, so that the trace shows a report
        // exactly between the messages its node sent before and after it.
        if (world != null) {
          world.reported(from, (Report) envelope.message());
        }
      } else if (node == Kernel.OUTSIDE || world == null) {
        waiting.add(envelope);
      } else if (from != Kernel.OUTSIDE && from != node && !kernel.delivering()) {
        world.network().send(from, node, receiver, envelope);
      } else if (!world.isDown(node)) {
        waiting.add(envelope);
      }
    }

    @Override
    public Envelope dequeue() {
      return waiting.poll();
    }

    @Override
    public int numberOfMessages() {
      return waiting.size();
    }

    @Override
    public boolean hasMessages() {
      return !waiting.isEmpty();
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      waiting.clear();
    }
  }
}
