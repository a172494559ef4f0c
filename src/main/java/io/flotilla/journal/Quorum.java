package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which members a leader knows to be running: those that answered it lately. What it knew before it
 * led doesn't count, and until there was time for all to answer it doesn't judge.
 *
 * @param lookedMillis how old an answer may be that counts, and for how long there was time to
 *     answer
 * @param since milliseconds since each of the others last answered, by peer id
 * @param patience how many are too many
 */
record Quorum(String leader, long lookedMillis, Map<String, Long> since, long patience) {
  static Quorum of(RaftNode leader, JournalSettings settings) {
    RaftView.Lead lead = RaftView.of(leader).lead();
    return lead == null
        ? new Quorum(leader.peerId(), 0, Map.of(), settings.patienceMillis())
        : new Quorum(
            leader.peerId(),
            lead.lastedMillis(),
            lead.sinceAnswerMillis(),
            settings.patienceMillis());
  }

  /** The same of those alone that have answered in this time: others may have died before. */
  Quorum within(long millis) {
    return new Quorum(leader, Math.min(millis, lookedMillis), since, patience);
  }

  boolean isRunning(Member member) {
    Long silent = since.get(member.peerId());
    return member.peerId().equals(leader)
        || silent != null && silent < Math.min(patience, lookedMillis);
  }

  /** Whether a member that isn't known to run may still be heard from. */
  boolean isEarly() {
    return lookedMillis < patience;
  }

  /** Who of these is to lead next: of the others that run, the one heard last. */
  Optional<Member> successor(List<Member> candidates) {
    return candidates.stream()
        .filter(m -> !m.peerId().equals(leader) && isRunning(m))
        .min(Comparator.comparing(m -> since.get(m.peerId())));
  }

  /** Whether these could go on without anybody else. */
  boolean suffices(List<Member> remaining) {
    return running(remaining) > remaining.size() / 2;
  }

  /** Why they couldn't. */
  String lacks(List<Member> remaining) {
    if (remaining.isEmpty()) {
      return "nobody, and the data would be gone";
    }
    String silent =
        remaining.stream()
            .filter(m -> !isRunning(m))
            .map(Member::nodeId)
            .sorted()
            .collect(Collectors.joining(", "));
    return running(remaining)
        + " of "
        + remaining.size()
        + " members running ("
        + silent
        + " doesn't answer), which is no majority";
  }

  private long running(List<Member> members) {
    return members.stream().filter(this::isRunning).count();
  }
}
