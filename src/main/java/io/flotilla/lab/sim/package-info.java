/**
 * A deterministic simulated network on Akka's own extension points, under which the lab's
 * algorithms run, are explored and are checked.
 *
 * <p>In the order of reading: {@link io.flotilla.lab.sim.Scenario} says what is run; {@link
 * io.flotilla.lab.sim.Simulation} is an ActorSystem without a thread of its own; {@link
 * io.flotilla.lab.sim.World} is one run in it; a {@link io.flotilla.lab.sim.Chooser} decides, step
 * by step, which of the enabled {@link io.flotilla.lab.sim.Choice choices} comes next; what
 * happened is told as {@link io.flotilla.lab.sim.SimEvent}s.
 *
 * <p>How it sits on Akka: {@code SimExecutor} is the default dispatcher's executor, a queue drained
 * by the caller's thread; {@code SimScheduler} is {@code akka.scheduler.implementation}, so timers
 * and time-outs run in virtual time; {@code SimMailbox} is the default mailbox, which hands a
 * message between two nodes to the simulated network. A node is every actor at or below {@code
 * /user/world/<name>}.
 *
 * <p>Who sends? Akka Typed sends without a sender, so the mailbox can't ask the envelope. The
 * executor can: the task it is given is the {@link akka.dispatch.Mailbox} of the actor about to
 * run, and {@code messageQueue()} is the queue that this package made for it. A system message (the
 * start of an actor) never passes the queue, so hooking {@code dequeue} alone would miss what an
 * actor sends while it starts.
 *
 * <p>Limits: death watch is a system message and passes by the mailbox, so algorithms don't watch
 * across nodes. Nor do they {@code ask}: the reply goes to a promise that has no mailbox, and
 * Java's {@code ask} hands it on in a thread of the common pool. They carry the sender's name in
 * the message, as one does on a wire.
 */
package io.flotilla.lab.sim;
