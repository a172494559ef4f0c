package io.flotilla.lab.lesson;

import java.util.List;
import java.util.Optional;

/** Every lesson, in the parts of a course. */
public final class Lessons {

  /**
   * @param title the part's name, in a word or two
   */
  public record Part(String title, List<Lesson<?>> lessons) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(
              "Communication",
              List.of(
                  CommunicationLessons.jsonRpc(),
                  CommunicationLessons.queue(),
                  CommunicationLessons.tcp())),
          new Part(
              "Work",
              List.of(
                  WorkLessons.masterWorker(), WorkLessons.mapReduce(), WorkLessons.allReduce())),
          new Part("Actors", List.of(RestaurantLesson.lesson())),
          new Part("Time", List.of(ClockLessons.lamport(), ClockLessons.vector())),
          new Part(
              "Replication",
              List.of(
                  SpreadingLessons.sync(),
                  SpreadingLessons.async(),
                  SpreadingLessons.hybrid(),
                  FailoverLesson.lesson(),
                  CapLessons.cp(),
                  CapLessons.ap())),
          new Part(
              "Consistency",
              List.of(
                  ConsistencyLessons.strong(),
                  ConsistencyLessons.bounded(),
                  ConsistencyLessons.session(),
                  ConsistencyLessons.eventual())),
          new Part(
              "Transactions",
              List.of(TransactionLessons.twoPhaseCommit(), TransactionLessons.saga())),
          new Part("Consensus", List.of(ConsensusLessons.paxos(), ConsensusLessons.raft())),
          new Part(
              "Leader election",
              List.of(
                  ElectionLessons.bully(),
                  ElectionLessons.bullyPartitioned(),
                  ElectionLessons.ring())),
          new Part(
              "Mutual exclusion", List.of(LockLessons.ricartAgrawala(), LockLessons.centralLock())),
          new Part(
              "Faults",
              List.of(
                  DetectorLessons.fixed(),
                  DetectorLessons.growing(),
                  DetectorLessons.phi(),
                  SnapshotLesson.lesson(),
                  ParityLesson.lesson())),
          new Part(
              "Byzantine faults",
              List.of(
                  ByzantineLessons.commander(),
                  ByzantineLessons.lieutenant(),
                  ByzantineLessons.three(),
                  ByzantineLessons.pbft())),
          new Part("Storage", List.of(StorageLessons.rsync(), StorageLessons.cdn())),
          new Part("Chains", List.of(ChainLessons.proofOfWork(), ChainLessons.lightNode())),
          new Part(
              "Load",
              List.of(
                  LoadLessons.roundRobin(),
                  LoadLessons.leastConnections(),
                  LoadLessons.consistentHash())),
          new Part(
              "Peers",
              List.of(
                  PeerLessons.flooding(),
                  PeerLessons.tracker(),
                  PeerLessons.chat(),
                  SpreadingLessons.gossip())));

  private static final List<Lesson<?>> LESSONS =
      PARTS.stream().<Lesson<?>>flatMap(part -> part.lessons().stream()).toList();

  private Lessons() {}

  public static List<Part> parts() {
    return PARTS;
  }

  public static List<Lesson<?>> lessons() {
    return LESSONS;
  }

  public static Optional<Lesson<?>> find(String name) {
    return LESSONS.stream().filter(l -> l.name().equals(name)).findFirst();
  }
}
