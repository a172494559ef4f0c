package io.flotilla.journal;

import akka.actor.ActorSystem;
import akka.persistence.CapabilityFlag;
import akka.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Akka's compatibility kit for snapshot stores, on a follower of a group of three. */
@RunWith(JUnitRunner.class)
public class SnapshotTckOnThreeTest extends JavaSnapshotStoreSpec {
  private TckCluster cluster;

  public SnapshotTckOnThreeTest() {
    super(TckCluster.config());
  }

  @Override
  public synchronized ActorSystem system() {
    if (cluster == null) {
      cluster = new TckCluster(3);
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
