package io.flotilla.cluster;

import akka.event.EventStream;
import akka.remote.FailureDetector;
import com.typesafe.config.Config;

/**
 * Akka's view of whether a member is alive: always. Who is gone is decided in one place, by the
 * Raft leader ({@link io.flotilla.cluster.FailureDetector}), and written to the log; Akka learns it
 * from {@link Removal}. Akka creates one of these for each member it monitors.
 */
public final class Steady implements FailureDetector {
  private volatile boolean monitoring;

  /** As Akka calls it. */
  public Steady(Config config, EventStream events) {}

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public boolean isMonitoring() {
    return monitoring;
  }

  @Override
  public void heartbeat() {
    monitoring = true;
  }
}
