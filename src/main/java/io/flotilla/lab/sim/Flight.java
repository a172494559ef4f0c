package io.flotilla.lab.sim;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;

/**
 * A message in flight.
 *
 * @param id its number in the run
 * @param clock what the sender knew; null for a request from outside
 * @param earliest when it may arrive, and {@code latest} when it must have, in virtual milliseconds
 */
record Flight(
    int id, ActorRef receiver, Envelope envelope, int[] clock, long earliest, long latest) {

  Object message() {
    return envelope.message();
  }

  Flight copy(int newId) {
    return new Flight(newId, receiver, envelope, clock, earliest, latest);
  }
}
