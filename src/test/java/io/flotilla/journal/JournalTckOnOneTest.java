package io.flotilla.journal;

import akka.actor.ActorSystem;
import akka.persistence.CapabilityFlag;
import akka.persistence.japi.journal.JavaJournalSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Akka's compatibility kit for journals, on a node that is a group of its own. */
@RunWith(JUnitRunner.class)
public class JournalTckOnOneTest extends JavaJournalSpec {
  private TckCluster cluster;

  public JournalTckOnOneTest() {
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
  public CapabilityFlag supportsRejectingNonSerializableObjects() {
    return CapabilityFlag.on();
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
