package io.flotilla.lab;

import java.util.List;

/** What the nodes of {@link Failover} send, keep and report. */
public sealed interface FailoverMsg {

  /** From outside: an order to keep. */
  record Order(String item) implements FailoverMsg {}

  /** From outside: be the primary, with an epoch that nobody else gets. */
  record Promote(int epoch) implements FailoverMsg {}

  /** Take no more from older primaries, and say what you have. */
  record Fence(String from, int epoch) implements FailoverMsg {}

  /** What a node has, and the epoch whose primary wrote it. */
  record Has(String from, int epoch, int written, List<String> log) implements FailoverMsg {}

  record Copy(String from, int epoch, List<String> log) implements FailoverMsg {}

  record Copied(String from, int epoch, int size) implements FailoverMsg {}

  record Resend() implements FailoverMsg {}

  record Leads(int epoch, List<String> log) implements Event {}

  record Acknowledged(int epoch, String item) implements Event {}

  /** A copy from a primary that has been replaced. */
  record Fenced(int epoch) implements Event {}

  /** What is on disk: the newest epoch that was seen, and the log with the epoch that wrote it. */
  record Disk(int fence, int written, List<String> log) {
    static final Disk EMPTY = new Disk(0, 0, List.of());
  }
}
