package io.flotilla.lab.lesson;

import java.util.List;
import java.util.Optional;

/** Every lesson, in the order of a course. */
public final class Lessons {
  private static final List<Lesson<?>> LESSONS =
      List.of(
          ClockLessons.lamport(),
          ClockLessons.vector(),
          RestaurantLesson.lesson(),
          ElectionLessons.bully(),
          ElectionLessons.bullyPartitioned(),
          ElectionLessons.ring(),
          LockLessons.ricartAgrawala(),
          LockLessons.centralLock(),
          ConsensusLessons.paxos(),
          ConsensusLessons.raft(),
          SpreadingLessons.gossip(),
          SpreadingLessons.sync(),
          SpreadingLessons.async(),
          SpreadingLessons.hybrid());

  private Lessons() {}

  public static List<Lesson<?>> lessons() {
    return LESSONS;
  }

  public static Optional<Lesson<?>> find(String name) {
    return LESSONS.stream().filter(l -> l.name().equals(name)).findFirst();
  }
}
