/**
 * Distributed algorithms as plain Akka Typed behaviors, to read and to run.
 *
 * <p>Each is a class of at most 150 lines; the rules that are easy to get wrong are protected
 * methods that name the paper's section, and each mutant in its {@code ...Mutants} overrides one of
 * them. A node knows the others through its {@link io.flotilla.lab.Host} and reports what happened
 * to it as {@link io.flotilla.lab.Event}s. Nothing here depends on the simulation: the same
 * behaviors run on an ordinary ActorSystem.
 *
 * <p>Start with {@link io.flotilla.lab.LamportClocks}, then {@link io.flotilla.lab.Paxos}. Around
 * this package: {@code lab.sim} runs the behaviors, {@code lab.check} judges the runs, {@code
 * lab.lesson} says what is run and what must hold, {@code lab.view} shows it, {@code lab.cli} is
 * the command.
 */
package io.flotilla.lab;
