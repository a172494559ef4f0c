package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.cluster.MemberStatus;
import io.flotilla.cluster.Step.Enter;
import io.flotilla.cluster.Step.Found;
import io.flotilla.cluster.Step.Leave;
import io.flotilla.cluster.Step.Rest;
import io.flotilla.cluster.Step.Sit;
import io.flotilla.cluster.Step.Through;
import io.flotilla.cluster.Step.Wait;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Gone;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Status;
import io.flotilla.journal.Roster.Why;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which step follows from what the log and Akka say of this node, which is life 1 of n1. */
class StepTest {
  private static final MemberStatus ABSENT = MemberStatus.removed();
  private static final MemberStatus UP = MemberStatus.up();

  private static Seat seat(int number, Status status) {
    String node = "n" + number;
    Occupant who = new Occupant(node, node + "-disk", number, "host", 1, 2, "", 1);
    return new Seat(who, status, number);
  }

  private static Roster roster(Seat... seats) {
    Map<String, Seat> byNode =
        Stream.of(seats).collect(Collectors.toMap(s -> s.who().node(), s -> s));
    return new Roster(7, "n1", byNode, List.of(), Map.of());
  }

  private static Step next(Roster roster, MemberStatus status, Long... members) {
    boolean known = Step.isKnown(roster.in(), Set.of(members));
    return Step.next(roster, 1, status, Set.of(members), known ? roster.epoch() : 0);
  }

  @Test
  void a_new_life_asks_for_a_seat() {
    assertThat(next(Roster.EMPTY, ABSENT)).isEqualTo(new Enter());
    assertThat(next(roster(seat(2, Status.IN)), ABSENT)).isEqualTo(new Enter());
  }

  @Test
  void who_is_in_before_there_is_a_cluster_founds_it() {
    assertThat(next(roster(seat(1, Status.IN)), ABSENT)).isEqualTo(new Found());
    assertThat(next(roster(seat(1, Status.IN), seat(2, Status.JOINING)), ABSENT))
        .isEqualTo(new Found());
  }

  @Test
  void the_others_join_those_who_are_in_and_only_those() {
    Roster three = roster(seat(1, Status.JOINING), seat(2, Status.IN), seat(3, Status.JOINING));

    assertThat(next(three, ABSENT)).isEqualTo(new Through(List.of(seat(2, Status.IN))));
  }

  @Test
  void who_has_arrived_says_so_and_then_rests() {
    Roster joining = roster(seat(1, Status.JOINING), seat(2, Status.IN));
    assertThat(next(joining, MemberStatus.joining(), 1L, 2L)).isInstanceOf(Wait.class);
    assertThat(next(joining, UP, 1L, 2L)).isEqualTo(new Sit());
    assertThat(next(roster(seat(1, Status.IN), seat(2, Status.IN)), UP, 1L, 2L))
        .isEqualTo(new Rest());
  }

  @Test
  void if_all_others_end_before_it_sat_down_it_goes_on_in_their_place() {
    Roster alone = roster(seat(1, Status.JOINING));
    assertThat(Step.next(alone, 1, UP, Set.of(1L, 2L), 7)).isEqualTo(new Sit());
    assertThat(Step.next(alone, 1, UP, Set.of(1L, 2L), 6)).isInstanceOf(Leave.class);
    assertThat(next(alone, ABSENT)).isEqualTo(new Enter());
    assertThat(next(alone, MemberStatus.joining(), 1L, 2L)).isInstanceOf(Leave.class);
  }

  @Test
  void who_has_lost_its_seat_leaves() {
    Roster without =
        new Roster(
            7,
            "n2",
            Map.of("n2", seat(2, Status.IN)),
            List.of(new Gone("n1", 1, Why.SILENT)),
            Map.of());
    assertThat(next(without, UP, 1L, 2L)).isInstanceOf(Leave.class);
    assertThat(next(without, ABSENT)).isInstanceOf(Leave.class);
    // Also if so many have lost theirs since that the log has forgotten this one.
    assertThat(next(roster(seat(2, Status.IN)), UP, 1L, 2L)).isInstanceOf(Leave.class);
  }

  @Test
  void who_is_in_another_cluster_than_the_rosters_leaves_it() {
    Roster other = roster(seat(1, Status.JOINING), seat(2, Status.IN));
    assertThat(next(other, UP, 1L, 3L)).isInstanceOf(Leave.class);
    assertThat(next(other, MemberStatus.joining(), 1L, 3L)).isInstanceOf(Leave.class);
  }
}
