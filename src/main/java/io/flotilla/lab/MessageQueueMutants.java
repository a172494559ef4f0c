package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.MessageQueue.Ack;
import io.flotilla.lab.MessageQueue.Msg;

/** The message queue with one wrong rule each. */
public final class MessageQueueMutants {
  private MessageQueueMutants() {}

  /** Acknowledges on receipt ("auto-ack"), before the work is done. */
  public static Behavior<Msg> acksFirst(Host<Msg> host) {
    if (!host.id().equals("consumer")) {
      return MessageQueue.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new QueueConsumer(ctx, host, timers) {
                      @Override
                      protected void begin(String id) {
                        host.tell("broker", new Ack(id));
                      }
                    }));
  }

  /** Takes every delivery for the first. */
  public static Behavior<Msg> notIdempotent(Host<Msg> host) {
    if (!host.id().equals("consumer")) {
      return MessageQueue.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new QueueConsumer(ctx, host, timers) {
                      @Override
                      protected boolean isHandled(String id) {
                        return false;
                      }
                    }));
  }

  /** The broker confirms what it has only in memory. */
  public static Behavior<Msg> queueInMemory(Host<Msg> host) {
    if (!host.id().equals("broker")) {
      return MessageQueue.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new QueueBroker(ctx, host, timers) {
                      @Override
                      protected void keep() {
                        // Not on disk.
                      }
                    }));
  }
}
