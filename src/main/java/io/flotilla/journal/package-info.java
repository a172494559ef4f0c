/**
 * The replicated log: an Akka Persistence journal and snapshot store whose storage is a Raft
 * group\n * of all members. The only package that knows Raft.
 */
package io.flotilla.journal;
