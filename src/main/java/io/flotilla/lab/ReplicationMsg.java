package io.flotilla.lab;

import java.util.List;

/** What the nodes of {@link Replication} send, keep and report. */
public sealed interface ReplicationMsg {

  /** When a write is acknowledged. */
  enum Mode {
    SYNC,
    ASYNC,
    HYBRID
  }

  /** From outside, to the primary. */
  record Write(String value, boolean critical) implements ReplicationMsg {}

  /** From outside, to any node. */
  record Read() implements ReplicationMsg {}

  /** From outside, to a copy: the primary is dead, take its place. */
  record Promote() implements ReplicationMsg {}

  record Replicate(String from, int number, String value) implements ReplicationMsg {}

  record Ack(String from, int number) implements ReplicationMsg {}

  record Resend() implements ReplicationMsg {}

  record Asked(String value, boolean critical) implements Event {}

  record Promoted(List<String> log) implements Event {}

  record Stored(String value) implements Event {}

  record Acknowledged(String value) implements Event {}

  record Answered(String value) implements Event {}

  /** What is on disk, in the primary's order. */
  record Log(List<String> values) {}
}
