package io.flotilla.post;

import akka.actor.typed.ActorRef;
import io.flotilla.wire.Message;

/** A message to an actor of the node that gets it. */
record Letter(ActorRef<Object> to, Message message) {}
