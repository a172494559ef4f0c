package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.Roster.Entry;
import io.flotilla.journal.Roster.Gone;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Outcome;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Status;
import io.flotilla.journal.Roster.Why;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each command is applied twice, as may happen: the second changes nothing and is answered alike.
 */
class RosterTest {
  private Roster roster = Roster.EMPTY;
  private long index;

  static Occupant life(String node, long uid) {
    String peer = node + "-00000001";
    return new Occupant(node, peer, uid, "10.0.0.1", 8300, 8400, "10.0.0.1:8500", 1);
  }

  private Reply apply(Command.OfRoster command) {
    Roster.Step first = roster.apply(++index, command);
    Roster.Step again = first.roster().apply(++index, command);
    assertThat(again.roster()).as("after %s again", command).isEqualTo(first.roster());
    if (!(first.reply() instanceof Reply.Done)) {
      assertThat(again.reply()).isEqualTo(first.reply());
    }
    roster = first.roster();
    return first.reply();
  }

  private Entry enter(String node, long uid) {
    return ((Reply.Entered) apply(new Command.Enter(life(node, uid)))).entry();
  }

  private Reply seated(long uid) {
    return apply(new Command.Seated(roster.epoch(), uid));
  }

  /** Enters, and arrives. */
  private void isIn(String node, long uid) {
    enter(node, uid);
    assertThat(seated(uid)).isInstanceOf(Reply.Done.class);
  }

  private void out(long uid, Why why) {
    assertThat(apply(new Command.Out(uid, why))).isInstanceOf(Reply.Done.class);
  }

  private List<Long> in() {
    return roster.in().stream().map(s -> s.who().uid()).toList();
  }

  private Status status(long uid) {
    Seat seat = roster.seatOf(uid);
    return seat == null ? null : seat.status();
  }

  // ---- who founds

  @Test
  void the_first_to_enter_founds_and_is_in() {
    Entry first = enter("n1", 11);
    assertThat(first).isEqualTo(new Entry(Outcome.FOUND, 1, roster.in()));
    assertThat(roster.in()).containsExactly(new Seat(life("n1", 11), Status.IN, 1));
    assertThat(roster.epoch()).isEqualTo(1);
    assertThat(roster.founder()).isEqualTo("n1");
    assertThat(roster.isFounder(11)).isTrue();
  }

  @Test
  void the_others_join_and_are_in_once_they_have_arrived() {
    enter("n2", 21);
    Entry second = enter("n1", 11);
    assertThat(second).isEqualTo(new Entry(Outcome.JOIN, 1, roster.in()));
    assertThat(in()).containsExactly(21L);
    assertThat(status(11)).isEqualTo(Status.JOINING);
    assertThat(seated(11)).isInstanceOf(Reply.Done.class);
    assertThat(in()).containsExactly(11L, 21L);
    assertThat(roster.seatOf(11).since()).isEqualTo(3);
    assertThat(roster.isFounder(11)).isFalse();
  }

  @Test
  void who_asks_again_is_told_the_same_while_its_seat_lasts() {
    Entry founder = enter("n1", 11);
    Entry joiner = enter("n2", 21);
    assertThat(enter("n2", 21)).isEqualTo(joiner);
    seated(21);
    assertThat(enter("n2", 21).outcome()).isEqualTo(Outcome.JOIN);
    assertThat(enter("n1", 11).outcome()).isEqualTo(founder.outcome());
    assertThat(roster.epoch()).isEqualTo(founder.epoch());
  }

  @Test
  void a_founder_that_comes_back_joins_those_who_are_in() {
    isIn("n1", 11);
    isIn("n2", 21);
    assertThat(enter("n1", 12).outcome()).isEqualTo(Outcome.JOIN);
    assertThat(in()).containsExactly(21L);
    assertThat(roster.gone()).containsExactly(new Gone("n1", 11, Why.REPLACED));
    assertThat(roster.epoch()).isEqualTo(1);
    assertThat(roster.isFounder(12)).isFalse();
  }

  @Test
  void the_only_one_in_founds_anew_when_it_comes_back_and_those_on_their_way_join_it() {
    enter("n1", 11);
    enter("n2", 21);
    Entry again = enter("n1", 12);
    assertThat(again.outcome()).isEqualTo(Outcome.FOUND);
    assertThat(again.epoch()).isGreaterThan(1);
    assertThat(status(21)).isEqualTo(Status.JOINING);
    assertThat(enter("n2", 21)).isEqualTo(new Entry(Outcome.JOIN, again.epoch(), roster.in()));
  }

  @Test
  void who_is_on_its_way_to_somebody_who_is_out_founds_when_it_asks_again() {
    enter("n1", 11);
    enter("n2", 21);
    enter("n3", 31);
    out(11, Why.CRASHED);
    assertThat(in()).isEmpty();
    Entry second = enter("n2", 21);
    assertThat(second.outcome()).isEqualTo(Outcome.FOUND);
    assertThat(roster.isFounder(21)).isTrue();
    assertThat(enter("n3", 31)).isEqualTo(new Entry(Outcome.JOIN, second.epoch(), roster.in()));
    assertThat(roster.gone()).containsExactly(new Gone("n1", 11, Why.CRASHED));
  }

  @Test
  void who_has_arrived_when_the_founder_goes_keeps_the_epoch_for_all() {
    enter("n1", 11);
    enter("n2", 21);
    out(11, Why.SILENT);
    assertThat(seated(21)).isInstanceOf(Reply.Done.class);
    assertThat(enter("n3", 31).outcome()).isEqualTo(Outcome.JOIN);
    assertThat(roster.epoch()).isEqualTo(1);
  }

  @Test
  void who_has_arrived_in_the_cluster_of_an_epoch_that_is_over_is_not_in() {
    enter("n1", 11);
    enter("n2", 21);
    enter("n3", 31);
    out(11, Why.SILENT);
    enter("n3", 31);
    assertThat(apply(new Command.Seated(1, 21))).isInstanceOf(Reply.Refused.class);
    assertThat(in()).containsExactly(31L);
    assertThat(seated(21)).isInstanceOf(Reply.Done.class);
  }

  @Test
  void when_all_start_again_the_last_to_enter_founds_and_the_others_join_it() {
    isIn("n1", 11);
    isIn("n2", 21);
    isIn("n3", 31);
    assertThat(enter("n3", 32).outcome()).isEqualTo(Outcome.JOIN);
    assertThat(enter("n1", 12).outcome()).isEqualTo(Outcome.JOIN);
    assertThat(enter("n2", 22).outcome()).isEqualTo(Outcome.FOUND);
    assertThat(status(12)).isEqualTo(Status.JOINING);
    assertThat(status(32)).isEqualTo(Status.JOINING);
    assertThat(seated(12)).isInstanceOf(Reply.Done.class);
  }

  @Test
  void when_all_but_one_start_again_they_wait_until_that_one_is_out() {
    isIn("n1", 11);
    isIn("n2", 21);
    isIn("n3", 31);
    enter("n1", 12);
    assertThat(enter("n2", 22).in()).containsExactly(roster.seatOf(31));
    out(31, Why.CRASHED);
    assertThat(enter("n1", 12).outcome()).isEqualTo(Outcome.FOUND);
    assertThat(enter("n2", 22).outcome()).isEqualTo(Outcome.JOIN);
  }

  @Test
  void a_node_with_a_new_disk_takes_its_own_seat() {
    isIn("n1", 11);
    Occupant fresh =
        new Occupant("n1", "n1-00000002", 12, "10.0.0.9", 8300, 8400, "10.0.0.9:8500", 1);
    apply(new Command.Enter(fresh));
    assertThat(roster.seats()).hasSize(1);
    assertThat(roster.seatOf(12).who()).isEqualTo(fresh);
  }

  // ---- who is out

  @Test
  void out_ends_the_seat_of_this_life_only() {
    isIn("n1", 11);
    isIn("n2", 21);
    isIn("n2", 22);
    out(21, Why.SILENT);
    out(99, Why.SILENT);
    assertThat(in()).containsExactly(11L, 22L);
    out(22, Why.CUT);
    assertThat(in()).containsExactly(11L);
    assertThat(roster.goneOf(22)).isEqualTo(new Gone("n2", 22, Why.CUT));
    assertThat(roster.goneOf(21).why()).isEqualTo(Why.REPLACED);
    assertThat(roster.goneOf(99)).isNull();
  }

  @Test
  void who_is_gone_gets_no_seat_again_not_even_if_nobody_is_in() {
    isIn("n1", 11);
    out(11, Why.SILENT);
    assertThat(enter("n1", 11)).isEqualTo(new Entry(Outcome.GONE, 1, List.of()));
    assertThat(seated(11)).isInstanceOf(Reply.Refused.class);
    assertThat(roster.seats()).isEmpty();
    assertThat(enter("n1", 12).outcome()).isEqualTo(Outcome.FOUND);
  }

  /** Such as one that was sent again, because its answer was late. */
  @Test
  void what_comes_late_does_not_unseat_the_next_life() {
    isIn("n1", 11);
    isIn("n1", 12);
    assertThat(enter("n1", 11).outcome()).isEqualTo(Outcome.GONE);
    assertThat(in()).containsExactly(12L);
  }

  @Test
  void only_the_last_of_the_gone_are_remembered() {
    for (int uid = 1; uid <= Roster.GONE_KEPT + 5; uid++) {
      enter("n1", uid);
    }
    assertThat(roster.gone()).hasSize(Roster.GONE_KEPT);
    assertThat(roster.goneOf(4)).isNull();
    assertThat(roster.goneOf(5)).isNotNull();
  }

  // ---- removed disks

  @Test
  void a_removed_disk_gets_no_seat_until_it_is_forgiven() {
    isIn("n1", 11);
    isIn("n2", 21);
    apply(new Command.Remove("n2-00000001"));
    assertThat(in()).as("it is out only by an entry of its own").containsExactly(11L, 21L);
    out(21, Why.REMOVED);
    assertThat(enter("n2", 22)).isEqualTo(new Entry(Outcome.REMOVED, 1, roster.in()));
    assertThat(in()).containsExactly(11L);
    apply(new Command.Forgive("n1-00000001"));
    assertThat(roster.isRemoved("n2-00000001")).isTrue();
    apply(new Command.Forgive("n2-00000001"));
    assertThat(enter("n2", 22).outcome()).isEqualTo(Outcome.JOIN);
  }

  @Test
  void the_oldest_removals_are_forgotten() {
    for (int i = 0; i <= Roster.REMOVED_KEPT; i++) {
      apply(new Command.Remove(String.format("n9-%08x", i)));
    }
    assertThat(roster.removed()).hasSize(Roster.REMOVED_KEPT);
    assertThat(roster.isRemoved("n9-00000000")).isFalse();
    assertThat(roster.isRemoved("n9-00000001")).isTrue();
  }

  // ---- all of it

  @Test
  void whatever_comes_in_whatever_order_an_epoch_has_one_founder_and_no_seat_is_lost() {
    for (int seed = 0; seed < 10_000; seed++) {
      History history = new History(seed);
      for (int i = 0; i < 40; i++) {
        history.next();
      }
    }
  }

  /** What may come, old commands again among it, and what has to hold all the same. */
  private static final class History {
    private static final int NODES = 4;

    private final int seed;
    private final Random random;
    private final List<Command.OfRoster> said = new ArrayList<>();
    private final Map<Long, Long> founders = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private Roster roster = Roster.EMPTY;
    private long uids;
    private long index;

    History(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void next() {
      Command.OfRoster command = random.nextInt(4) == 0 && !said.isEmpty() ? late() : fresh();
      said.add(command);
      Roster before = roster;
      Roster.Step step = before.apply(++index, command);
      roster = step.roster();
      seatsEndOnlyAsTheyMay(before, command);
      whoeverIsInHasArrived(before, command);
      if (roster.epoch() != before.epoch()) {
        String own = ((Command.Enter) command).who().node();
        holds(roster.epoch() == index, "the epoch is the entry's index");
        holds(before.in().stream().allMatch(s -> s.who().node().equals(own)), "nobody was in");
      }
      if (step.reply() instanceof Reply.Entered e && e.entry().outcome() == Outcome.FOUND) {
        long founder = ((Command.Enter) command).who().uid();
        Long known = founders.putIfAbsent(e.entry().epoch(), founder);
        holds(known == null || known == founder, "one founder");
        holds(e.entry().epoch() == roster.epoch(), "of the present epoch");
        holds(roster.seatOf(founder).isIn(), "who is in");
      }
    }

    private void holds(boolean fact, String rule) {
      if (!fact) {
        throw new AssertionError(rule + ": history " + seed + " to " + index + ", " + said);
      }
    }

    private Command.OfRoster late() {
      return said.get(random.nextInt(said.size()));
    }

    private Command.OfRoster fresh() {
      String node = "n" + (1 + random.nextInt(NODES));
      Seat seat = roster.seats().get(node);
      int kind = random.nextInt(10);
      if (kind == 0) {
        return new Command.Remove(node + "-00000001");
      } else if (kind == 1) {
        return new Command.Forgive(node + "-00000001");
      } else if (seat == null || kind < 4) {
        return new Command.Enter(life(node, ++uids));
      } else if (kind == 4) {
        return new Command.Enter(seat.who());
      } else if (kind < 8) {
        return new Command.Seated(roster.epoch(), seat.who().uid());
      }
      return new Command.Out(seat.who().uid(), Why.values()[random.nextInt(6)]);
    }

    private void seatsEndOnlyAsTheyMay(Roster before, Command.OfRoster command) {
      for (Seat seat : before.seats().values()) {
        Occupant who = seat.who();
        if (roster.seatOf(who.uid()) == null) {
          holds(
              command instanceof Command.Out o && o.uid() == who.uid()
                  || command instanceof Command.Enter e && e.who().node().equals(who.node()),
              "out, or replaced by its own node");
          holds(roster.goneOf(who.uid()) != null, "gone");
          ended.add(who.uid());
        }
      }
    }

    private void whoeverIsInHasArrived(Roster before, Command.OfRoster command) {
      for (Map.Entry<String, Seat> each : roster.seats().entrySet()) {
        Seat seat = each.getValue();
        long uid = seat.who().uid();
        holds(each.getKey().equals(seat.who().node()), "by node");
        holds(!ended.contains(uid), "no seat for the gone");
        Seat then = before.seatOf(uid);
        boolean arrived =
            command instanceof Command.Seated s && s.uid() == uid && s.epoch() == roster.epoch();
        boolean began = seat.since() == index && roster.epoch() == index;
        holds(!seat.isIn() || then != null && then.isIn() || arrived || began, "arrived");
      }
    }
  }
}
