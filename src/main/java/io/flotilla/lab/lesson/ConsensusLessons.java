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
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Agreement in an asynchronous world in which nodes crash and come back. */
final class ConsensusLessons {
  private static final List<String> NODES = List.of("A", "B", "C");

  private ConsensusLessons() {}

  /** What was proposed, promised and decided, and what was wrong about it. */
  private record Votes(
      SortedSet<String> proposed,
      SortedSet<String> decided,
      SortedMap<String, Ballot> promised,
      String regress,
      SortedSet<String> waiting,
      boolean dueling) {
    static final Votes EMPTY =
        new Votes(new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), "", new TreeSet<>(), false);

    Votes after(SimEvent e) {
      if (e.payload() instanceof Proposed p) {
        return new Votes(
            Folds.plus(proposed, p.value()),
            decided,
            promised,
            regress,
            Folds.plus(waiting, e.node()),
            dueling);
      }
      if (e.payload() instanceof Decided d) {
        return new Votes(
            proposed,
            Folds.plus(decided, d.value()),
            promised,
            regress,
            Folds.minus(waiting, e.node()),
            dueling);
      }
      if (e.payload() instanceof Promised p) {
        return promise(e.node(), p.ballot());
      }
      if (e.payload() instanceof Took t) {
        return promise(e.node(), t.proposal().ballot());
      }
      // Who crashes has forgotten what it proposed.
      return e.kind() == SimEvent.Kind.CRASH && waiting.contains(e.node())
          ? new Votes(proposed, decided, promised, regress, Folds.minus(waiting, e.node()), dueling)
          : this;
    }

    private Votes promise(String node, Ballot ballot) {
      Ballot before = promised.get(node);
      String bad =
          before != null && ballot.compareTo(before) < 0
              ? node + " answered " + ballot + " after " + before
              : regress;
      boolean third = dueling || ballot.round() >= 3;
      return new Votes(proposed, decided, Folds.plus(promised, node, ballot), bad, waiting, third);
    }
  }

  private static final BiFunction<Votes, SimEvent, Votes> VOTES = Votes::after;

  /** Who knows the decision, and who of them still asked for promises. */
  private record Settled(SortedSet<String> know, String wrong) {
    static final Settled EMPTY = new Settled(new TreeSet<>(), "");

    Settled after(SimEvent e) {
      if (e.payload() instanceof Decided) {
        return new Settled(Folds.plus(know, e.node()), wrong);
      }
      if (e.kind() == SimEvent.Kind.CRASH) {
        return new Settled(Folds.minus(know, e.node()), wrong);
      }
      boolean asks = e.kind() == SimEvent.Kind.SEND && e.payload() instanceof PaxosMsg.Prepare;
      return asks && know.contains(e.node())
          ? new Settled(know, e.node() + " sends " + e.payload())
          : this;
    }
  }

  /** Delays for which proposers interrupt each other, with everything that can go wrong. */
  private static Scenario<PaxosMsg> hardPaxos() {
    Scenario<PaxosMsg> scenario =
        Scenario.of(NODES, Paxos::create)
            .with(Timing.bounded(1, 110).thenAtMost(10))
            .with(
                Faults.parse("drop=4,dup=4,crash=3,cut=2,pause=1,oneway=1,power=2,slow=1,reorder"))
            .steps(1_000)
            .calmFrom(1_500, 3_500)
            .leavingDown(1)
            .askAt(0, "A", new Propose("sushi"))
            .askAt(20, "B", new Propose("pizza"))
            .askAt(40, "C", new Propose("pasta"));
    for (String node : NODES) {
      scenario = scenario.askAt(1_600, node, new Propose("salad"));
    }
    return scenario;
  }

  static Lesson<PaxosMsg> paxos() {
    String agreement = "all nodes decide the same value";
    String promises = "a promise never regresses, not even across a restart";
    Scenario<PaxosMsg> stage =
        Scenario.of(NODES, Paxos::create)
            .with(Faults.NONE.with(Kind.CRASH, 1).with(Kind.DROP, 1))
            .steps(120)
            .timers(4)
            .ask("A", new Propose("sushi"))
            .ask("B", new Propose("pizza"));
    return Lesson.of(
            "paxos",
            "Paxos: one value, agreed on for good",
            "Lamport 2001, Paxos Made Simple",
            hardPaxos(),
            Property.always(
                agreement,
                Votes.EMPTY,
                VOTES,
                v ->
                    v.decided().size() > 1
                        ? Optional.of("decided " + v.decided())
                        : Optional.empty()),
            Property.always(
                "what is decided was proposed",
                Votes.EMPTY,
                VOTES,
                v ->
                    v.proposed().containsAll(v.decided())
                        ? Optional.empty()
                        : Optional.of("decided " + v.decided() + " of " + v.proposed())),
            Property.always(
                promises,
                Votes.EMPTY,
                VOTES,
                v -> v.regress().isEmpty() ? Optional.empty() : Optional.of(v.regress())),
            Property.atEnd(
                "in the calm whoever proposes learns the decision",
                Votes.EMPTY,
                VOTES,
                v -> v.waiting().isEmpty() ? Optional.empty() : Optional.of(v.waiting() + " wait")),
            Property.always(
                "who knows the decision asks for no more promises",
                Settled.EMPTY,
                Settled::after,
                s -> unlessEmpty(s.wrong())),
            Property.sometimes(
                    "a decision after three rounds",
                    Votes.EMPTY,
                    VOTES,
                    v ->
                        v.dueling() && !v.decided().isEmpty()
                            ? Optional.of("yes")
                            : Optional.empty())
                .inAtLeast(40),
            Property.sometimes("sushi is decided", Decided.class, d -> d.value().equals("sushi")),
            Property.sometimes("pizza is decided", Decided.class, d -> d.value().equals("pizza")))
        .tolerating("drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder")
        .exploring(stage.with(Faults.NONE).timers(0))
        .showing(stage)
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
        // A's sushi gets as far as A itself before B begins.
        .opening(":A,A:A,A:B,B:A,A:A,:B")
        .mutant(
            "forgets-promises",
            "the acceptor's promises are in memory only",
            PaxosMutants::forgetsItsPromises,
            agreement)
        .mutant(
            "mixes-ballots",
            "the learner counts acceptances of different numbers together",
            PaxosMutants::mixesBallots,
            agreement);
  }

  /** What Raft's nodes reported, and what broke one of the paper's five properties (figure 3). */
  private record Terms(
      SortedMap<Integer, SortedSet<String>> leaders,
      SortedMap<Integer, Committed> committed,
      SortedMap<String, List<RaftMsg.Entry>> logs,
      SortedMap<String, Integer> leading,
      String incomplete,
      String differs,
      String rewritten,
      String unsafe) {
    static final Terms EMPTY =
        new Terms(
            new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), "", "", "", "");

    /** How many entries of clients are committed under how many terms. */
    boolean hasWorked(int entries, int terms) {
      List<RaftMsg.Entry> ofClients =
          committed.values().stream()
              .map(Committed::entry)
              .filter(e -> !e.client().isEmpty())
              .toList();
      return ofClients.size() >= entries
          && ofClients.stream().map(RaftMsg.Entry::term).distinct().count() >= terms;
    }

    Optional<String> twice() {
      List<String> commands =
          committed.values().stream()
              .map(c -> c.entry().command())
              .filter(c -> !c.equals(RaftMsg.BLANK))
              .toList();
      return new TreeSet<>(commands).size() == commands.size()
          ? Optional.empty()
          : Optional.of("committed " + commands);
    }

    Terms after(SimEvent e) {
      if (e.payload() instanceof BecameLeader l) {
        SortedSet<String> of = leaders.getOrDefault(l.term(), new TreeSet<>());
        List<Integer> lacking =
            committed.entrySet().stream()
                .filter(c -> c.getValue().term() < l.term() && !has(l.log(), c.getValue()))
                .map(SortedMap.Entry::getKey)
                .toList();
        String bad =
            lacking.isEmpty()
                ? incomplete
                : e.node() + " leads term " + l.term() + " without committed entry " + lacking;
        return new Terms(
            Folds.plus(leaders, l.term(), Folds.plus(of, e.node())),
            committed,
            Folds.plus(logs, e.node(), l.log()),
            Folds.plus(leading, e.node(), l.term()),
            bad,
            differs,
            rewritten,
            unsafe);
      }
      if (e.payload() instanceof Committed c) {
        Committed known = committed.getOrDefault(c.index(), c);
        long copies = logs.values().stream().filter(log -> has(log, c)).count();
        String bad =
            known.entry().equals(c.entry())
                ? differs
                : "entry " + c.index() + " is " + known.entry() + " and " + c.entry();
        return new Terms(
            leaders,
            Folds.plus(committed, c.index(), known),
            logs,
            leading,
            incomplete,
            bad,
            rewritten,
            2 * copies > NODES.size() ? unsafe : c + " is on " + copies + " disks");
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
            leads && !appended ? e.node() + " rewrote its log" : rewritten,
            unsafe);
      }
      return this;
    }

    private static boolean has(List<RaftMsg.Entry> log, Committed c) {
      return c.index() <= log.size() && log.get(c.index() - 1).equals(c.entry());
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

  private static final BiFunction<Terms, SimEvent, Terms> TERMS = Terms::after;

  /** Who has won which term, and who did so again. */
  private record Wins(SortedSet<String> won, String again) {
    static final Wins EMPTY = new Wins(new TreeSet<>(), "");

    Wins after(SimEvent e) {
      if (!(e.payload() instanceof BecameLeader l)) {
        return this;
      }
      String win = e.node() + " wins term " + l.term();
      return new Wins(Folds.plus(won, win), won.contains(win) ? win + " again" : again);
    }
  }

  /**
   * Which entry was the last to be committed first by anybody, and how.
   *
   * @param newest its report, and in which step it came
   * @param wrong why it may not have been committed
   */
  private record Counting(Committed newest, int step, String wrong) {
    static final Counting EMPTY =
        new Counting(new Committed(0, new RaftMsg.Entry(0, "", ""), 0), 0, "");

    /** Those of one step are committed by one count, that of the last. */
    Counting after(SimEvent e) {
      boolean over = wrong.isEmpty() && e.step() > step;
      if (over && newest.entry().term() != newest.term()) {
        return new Counting(newest, step, newest + " was committed by counting");
      }
      return e.payload() instanceof Committed c && c.index() > newest.index()
          ? new Counting(c, e.step(), wrong)
          : this;
    }

    /** Without the step, by which states don't differ. */
    @Override
    public String toString() {
      return newest + wrong;
    }
  }

  private static Property<Terms> raftProperty(
      String name, Function<Terms, Optional<String>> wrong) {
    return Property.always(name, Terms.EMPTY, TERMS, wrong);
  }

  private static Optional<String> unlessEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** What the clients asked for and were told. */
  private record Requests(
      SortedSet<String> open,
      SortedSet<String> answered,
      SortedSet<String> committed,
      SortedMap<String, Integer> applied) {
    static final Requests EMPTY =
        new Requests(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeMap<>());

    Requests after(SimEvent e) {
      if (e.payload() instanceof RaftMsg.Submitted s) {
        return new Requests(Folds.plus(open, s.command()), answered, committed, applied);
      }
      if (e.payload() instanceof RaftMsg.Answered a) {
        return new Requests(
            Folds.minus(open, a.command()), Folds.plus(answered, a.command()), committed, applied);
      }
      if (e.payload() instanceof Committed c) {
        return new Requests(
            open,
            answered,
            Folds.plus(committed, c.entry().command()),
            Folds.plus(applied, e.node(), c.index()));
      }
      if (e.kind() == SimEvent.Kind.CRASH) {
        return new Requests(open, answered, committed, Folds.minus(applied, e.node()));
      }
      if (e.kind() == SimEvent.Kind.RECOVER) {
        return new Requests(open, answered, committed, Folds.plus(applied, e.node(), 0));
      }
      return this;
    }

    /** A live server that has fallen behind. */
    Optional<String> behind() {
      int most = applied.values().stream().max(Integer::compare).orElse(0);
      return applied.values().stream().allMatch(n -> n == most)
          ? Optional.empty()
          : Optional.of("applied " + applied);
    }

    Optional<String> unfounded() {
      return answered.stream().filter(c -> !committed.contains(c)).findFirst();
    }
  }

  private static final BiFunction<Requests, SimEvent, Requests> REQUESTS = Requests::after;

  /** A network in which delays reach the election timeouts, and everything else goes wrong too. */
  private static Scenario<RaftMsg> hardRaft() {
    Scenario<RaftMsg> scenario =
        Scenario.of(List.of("A", "B", "C", "client1", "client2"), Raft::create)
            .with(Timing.bounded(1, 70).thenAtMost(10))
            .with(
                Faults.parse("drop=6,dup=6,crash=4,cut=3,pause=2,oneway=2,power=2,slow=2,reorder"))
            .crashable(NODES)
            .steps(2_000)
            .calmFrom(2_500, 5_000)
            .leavingDown(1);
    for (int i = 1; i <= 6; i++) {
      scenario = scenario.askAt(350 * i, "client1", new RaftMsg.Submit("x" + i));
      scenario = scenario.askAt(400 * i, "client2", new RaftMsg.Submit("y" + i));
    }
    return scenario;
  }

  static Lesson<RaftMsg> raft() {
    String election = "election safety: at most one leader per term";
    String complete = "leader completeness: a leader has every committed entry";
    Scenario<RaftMsg> stage =
        Scenario.of(NODES, Raft::create)
            .with(Faults.parse("crash=1,reorder"))
            .steps(150)
            .timers(10)
            .ask("A", new RaftMsg.Propose("", "x"))
            .ask("B", new RaftMsg.Propose("", "y"));
    return Lesson.of(
            "raft",
            "Raft: election, replication, persistence, restart",
            "Ongaro and Ousterhout 2014",
            hardRaft(),
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
            raftProperty(
                "what is committed is on the disks of a majority", t -> unlessEmpty(t.unsafe())),
            Property.always(
                "a node becomes leader once in a term",
                Wins.EMPTY,
                Wins::after,
                w -> unlessEmpty(w.again())),
            Property.always(
                "an entry of an earlier term is committed only along with one of the leader's own",
                Counting.EMPTY,
                Counting::after,
                c -> unlessEmpty(c.wrong())),
            raftProperty("a command is committed once, however often it is sent", Terms::twice),
            Property.always(
                "what a client was told is committed",
                Requests.EMPTY,
                REQUESTS,
                Requests::unfounded),
            Property.atEnd(
                "in the calm every client gets its answers",
                Requests.EMPTY,
                REQUESTS,
                r -> r.open().isEmpty() ? Optional.empty() : Optional.of("open: " + r.open())),
            Property.atEnd(
                "in the calm every live server applies every entry",
                Requests.EMPTY,
                REQUESTS,
                Requests::behind),
            Property.sometimes("a leader", BecameLeader.class, l -> true),
            Property.sometimes(
                    "three commands committed under two leaders",
                    Terms.EMPTY,
                    TERMS,
                    t -> t.hasWorked(3, 2) ? Optional.of("yes") : Optional.empty())
                .inAtLeast(50),
            Property.sometimes("an entry of a second leader", Committed.class, c -> c.term() > 1))
        .tolerating("drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder")
        .exploring(Scenario.of(NODES, Raft::create).with(Faults.NONE.with(Kind.DROP, 1)).timers(2))
        .showing(stage)
        .mutant(
            "forgets-vote",
            "a node that restarts has forgotten its vote",
            RaftMutants::forgetsItsVote,
            election)
        // Two candidates in one term.
        .opening("A@,B@")
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
        // Figure 8 (a) to (c): A leads term 1, B term 2, each with an entry; A leads again, and C
        // copies A's first.
        .opening("A@,A:B,B:A,B@,B:C,C:B,B:A,A@,A:C#2,C:A,A@,A:C#2,C:A,A:C#2,C:A,A:B");
  }
}
