package io.flotilla.lab.lesson;

import io.flotilla.lab.Paxos;
import io.flotilla.lab.PaxosMsg;
import io.flotilla.lab.PaxosMsg.Ballot;
import io.flotilla.lab.PaxosMsg.Decided;
import io.flotilla.lab.PaxosMsg.Promised;
import io.flotilla.lab.PaxosMsg.Propose;
import io.flotilla.lab.PaxosMsg.Proposed;
import io.flotilla.lab.PaxosMsg.Took;
import io.flotilla.lab.PaxosMutants;
import io.flotilla.lab.Raft;
import io.flotilla.lab.RaftMsg;
import io.flotilla.lab.RaftMsg.BecameLeader;
import io.flotilla.lab.RaftMsg.Committed;
import io.flotilla.lab.RaftMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Agreement in an asynchronous world in which nodes crash and come back. */
final class ConsensusLessons {
  private static final List<String> NODES = List.of("A", "B", "C");

  private ConsensusLessons() {}

  /** What was proposed, promised and decided, and what was wrong about it. */
  private record Votes(
      SortedSet<String> proposed,
      SortedSet<String> decided,
      SortedMap<String, Ballot> promised,
      String regress) {
    static final Votes EMPTY = new Votes(new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), "");

    Votes after(SimEvent e) {
      if (e.payload() instanceof Proposed p) {
        return new Votes(Folds.plus(proposed, p.value()), decided, promised, regress);
      }
      if (e.payload() instanceof Decided d) {
        return new Votes(proposed, Folds.plus(decided, d.value()), promised, regress);
      }
      if (e.payload() instanceof Promised p) {
        return promise(e.node(), p.ballot());
      }
      if (e.payload() instanceof Took t) {
        return promise(e.node(), t.proposal().ballot());
      }
      return this;
    }

    private Votes promise(String node, Ballot ballot) {
      Ballot before = promised.get(node);
      String bad =
          before != null && ballot.compareTo(before) < 0
              ? node + " answered " + ballot + " after " + before
              : regress;
      return new Votes(proposed, decided, Folds.plus(promised, node, ballot), bad);
    }
  }

  static Lesson<PaxosMsg> paxos() {
    String agreement = "all nodes decide the same value";
    String promises = "a promise never regresses, not even across a restart";
    Scenario<PaxosMsg> scenario =
        Scenario.of(NODES, Paxos::create)
            .with(Faults.NONE.withCrashes(1).withDrops(1))
            .steps(120)
            .timers(4)
            .ask("A", new Propose("sushi"))
            .ask("B", new Propose("pizza"));
    return Lesson.of(
            "paxos",
            "Paxos: one value, agreed on for good",
            "Lamport 2001, Paxos Made Simple",
            scenario,
            Property.always(
                agreement,
                Votes.EMPTY,
                Votes::after,
                v ->
                    v.decided().size() > 1
                        ? Optional.of("decided " + v.decided())
                        : Optional.empty()),
            Property.always(
                "what is decided was proposed",
                Votes.EMPTY,
                Votes::after,
                v ->
                    v.proposed().containsAll(v.decided())
                        ? Optional.empty()
                        : Optional.of("decided " + v.decided() + " of " + v.proposed())),
            Property.always(
                promises,
                Votes.EMPTY,
                Votes::after,
                v -> v.regress().isEmpty() ? Optional.empty() : Optional.of(v.regress())),
            Property.sometimes("sushi is decided", Decided.class, d -> d.value().equals("sushi")),
            Property.sometimes("pizza is decided", Decided.class, d -> d.value().equals("pizza")))
        .exploring(scenario.with(Faults.NONE).timers(0))
        .mutant(
            "own-value",
            "phase 2 sends the proposer's own value, whatever the promises say",
            PaxosMutants::ownValue,
            agreement)
        .mutant(
            "lowest-number",
            "adopts a value, but not that of the highest number",
            PaxosMutants::lowestNumber,
            agreement)
        .mutant(
            "forgets-promises",
            "the acceptor's promises are in memory only",
            PaxosMutants::forgetsItsPromises,
            promises)
        .mutant(
            "mixes-ballots",
            "the learner counts acceptances of different numbers together",
            PaxosMutants::mixesBallots,
            agreement);
  }

  /** What Raft's nodes reported, and what broke one of the paper's five properties (figure 3). */
  private record Terms(
      SortedMap<Integer, SortedSet<String>> leaders,
      SortedMap<Integer, RaftMsg.Entry> committed,
      SortedMap<String, List<RaftMsg.Entry>> logs,
      SortedMap<String, Integer> leading,
      String incomplete,
      String differs,
      String rewritten) {
    static final Terms EMPTY =
        new Terms(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), "", "", "");

    Terms after(SimEvent e) {
      if (e.payload() instanceof BecameLeader l) {
        SortedSet<String> of = leaders.getOrDefault(l.term(), new TreeSet<>());
        List<Integer> lacking =
            committed.entrySet().stream()
                .filter(
                    c ->
                        c.getKey() > l.log().size()
                            || !l.log().get(c.getKey() - 1).equals(c.getValue()))
                .map(SortedMap.Entry::getKey)
                .toList();
        String bad =
            lacking.isEmpty()
                ? incomplete
                : e.node() + " leads term " + l.term() + " without committed entry " + lacking;
        return new Terms(
            Folds.plus(leaders, l.term(), Folds.plus(of, e.node())),
            committed,
            logs,
            Folds.plus(leading, e.node(), l.term()),
            bad,
            differs,
            rewritten);
      }
      if (e.payload() instanceof Committed c) {
        RaftMsg.Entry known = committed.getOrDefault(c.index(), c.entry());
        String bad =
            known.equals(c.entry())
                ? differs
                : "entry " + c.index() + " is " + known + " and " + c.entry();
        return new Terms(
            leaders,
            Folds.plus(committed, c.index(), known),
            logs,
            leading,
            incomplete,
            bad,
            rewritten);
      }
      if (e.payload() instanceof RaftMsg.LogIs l) {
        List<RaftMsg.Entry> before = logs.getOrDefault(e.node(), List.of());
        boolean appended =
            before.size() <= l.log().size() && l.log().subList(0, before.size()).equals(before);
        boolean leads = l.leader() && leading.getOrDefault(e.node(), -1) == l.term();
        return new Terms(
            leaders,
            committed,
            Folds.plus(logs, e.node(), l.log()),
            leading,
            incomplete,
            differs,
            leads && !appended ? e.node() + " rewrote its log" : rewritten);
      }
      return this;
    }

    Optional<String> twoLeaders() {
      return leaders.entrySet().stream()
          .filter(l -> l.getValue().size() > 1)
          .findFirst()
          .map(l -> "term " + l.getKey() + " is led by " + l.getValue());
    }

    /** Log Matching: same index and term, same prefix. */
    Optional<String> mismatch() {
      for (List<RaftMsg.Entry> a : logs.values()) {
        for (List<RaftMsg.Entry> b : logs.values()) {
          for (int i = Math.min(a.size(), b.size()); i > 0; i--) {
            if (a.get(i - 1).term() == b.get(i - 1).term()) {
              if (!a.subList(0, i).equals(b.subList(0, i))) {
                return Optional.of(a + " and " + b);
              }
              break;
            }
          }
        }
      }
      return Optional.empty();
    }
  }

  private static Property<Terms> raftProperty(
      String name, java.util.function.Function<Terms, Optional<String>> wrong) {
    return Property.always(name, Terms.EMPTY, Terms::after, wrong);
  }

  private static Optional<String> unlessEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static Lesson<RaftMsg> raft() {
    String election = "election safety: at most one leader per term";
    String complete = "leader completeness: a leader has every committed entry";
    Scenario<RaftMsg> scenario =
        Scenario.of(NODES, Raft::create)
            .with(Faults.NONE.withCrashes(1).withReorder())
            .steps(150)
            .timers(10)
            .ask("A", new RaftMsg.Propose("x"))
            .ask("B", new RaftMsg.Propose("y"));
    return Lesson.of(
            "raft",
            "Raft: election, replication, persistence, restart",
            "Ongaro and Ousterhout 2014",
            scenario,
            raftProperty(election, Terms::twoLeaders),
            raftProperty(
                "leader append-only: a leader never rewrites its log",
                t -> unlessEmpty(t.rewritten())),
            raftProperty(
                "log matching: same index and term, same entries up to there", Terms::mismatch),
            raftProperty(complete, t -> unlessEmpty(t.incomplete())),
            raftProperty(
                "state machine safety: no two nodes apply different entries at one index",
                t -> unlessEmpty(t.differs())),
            Property.sometimes("a leader", BecameLeader.class, l -> true),
            Property.sometimes("a committed entry", Committed.class, c -> true),
            Property.sometimes("an entry of a second leader", Committed.class, c -> c.term() > 1))
        .exploring(Scenario.of(NODES, Raft::create).timers(2).ask("A", new RaftMsg.Propose("x")))
        .mutant(
            "forgets-vote",
            "a node that restarts has forgotten its vote",
            RaftMutants::forgetsItsVote,
            election)
        .mutant(
            "majority-of-answers",
            "votes are counted against the votes received, not the cluster",
            RaftMutants::majorityOfAnswers,
            election)
        .mutant(
            "any-candidate",
            "a vote for any candidate, however short its log",
            RaftMutants::anyCandidate,
            complete)
        .mutant(
            "commits-old-terms",
            "an entry of an earlier term is committed by counting (figure 8)",
            RaftMutants::commitsOldTerms,
            complete,
            Faults.NONE.withReorder())
        // Figure 8 (a) to (c): A leads term 1 and takes x; C leads term 2 and takes y; A leads
        // again.
        .opening("A@,A:B,B:A,:A,B@,B:C,C:B,:B,B:A,A@,A:C#2,C:A,A@,A:C#2,C:A");
  }
}
