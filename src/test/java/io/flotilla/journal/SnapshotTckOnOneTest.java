package io.flotilla.journal;

import akka.actor.ActorSystem;
import akka.persistence.CapabilityFlag;
import akka.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Akka's compatibility kit for snapshot stores, on a node that is a group of its own. */
@RunWith(JUnitRunner.class)
public class SnapshotTckOnOneTest extends JavaSnapshotStoreSpec {
  private TckCluster cluster;

  public SnapshotTckOnOneTest() {
    super(TckCluster.config());
  }

  @Override
  public synchronized ActorSystem system() {
    if (cluster == null) {
      cluster = new TckCluster(1);
    }
    return cluster.system();
  }

  @Override
  public void afterAll() {
    cluster.close();
  }

  @Override
  public CapabilityFlag supportsSerialization() {
    return CapabilityFlag.on();
  }

  @Override
  public CapabilityFlag supportsMetadata() {
    return CapabilityFlag.on();
  }
}
