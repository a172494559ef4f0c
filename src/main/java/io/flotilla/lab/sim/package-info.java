/**
 * A deterministic simulated network on Akka's own extension points, under which the lab's
 * algorithms run, are explored and are checked.
 *
 * <p>In reading order: {@link io.flotilla.lab.sim.Scenario} says what is run; {@link
 * io.flotilla.lab.sim.Simulation} is an ActorSystem without a thread of its own; {@link
 * io.flotilla.lab.sim.World} is one run in it; a {@link io.flotilla.lab.sim.Chooser} decides, step
 * by step, which of the possible {@link io.flotilla.lab.sim.Choice choices} is next; what happened
 * is reported as {@link io.flotilla.lab.sim.SimEvent}s.
 *
 * <p>How it plugs into Akka: {@code SimExecutor} is the default dispatcher's executor, a queue
 * drained by the caller's thread; {@code SimScheduler} is {@code akka.scheduler.implementation}, so
 * timers and timeouts run in virtual time; {@code SimMailbox} is the default mailbox, which hands a
 * message between two nodes to the simulated network. A node is every actor at or below {@code
 * /user/world/<name>}.
 *
 * <p>How the sender is known: Akka Typed's envelopes name none, so the mailbox can't tell. The
 * executor can: the task it is given is the {@link akka.dispatch.Mailbox} of the actor about to
 * run, and {@code messageQueue()} is the queue that this package made for it. A system message (the
 * start of an actor) never passes through the queue, so hooking {@code dequeue} alone would miss
 * what an actor sends while it starts.
 *
 * <p>Limits: death watch is a system message and bypasses the mailbox, so algorithms don't watch
 * across nodes. Nor do they {@code ask}: the reply goes to a promise, which has no mailbox, and
 * Java's {@code ask} completes it on a thread of the common pool. Their messages carry the sender's
 * name, as on a real network.
 */
package io.flotilla.lab.sim;
