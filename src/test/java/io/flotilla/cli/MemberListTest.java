package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ClusterApi.Server;
import io.flotilla.client.ClusterView;
import io.flotilla.client.ClusterView.Member;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MemberListTest {
  private static Server server(String node, boolean leader, boolean voter, long index) {
    return new Server(
        node + "-peer", node, "127.0.0.1:8400", "", leader, voter, index, leader ? 0 : 1500);
  }

  private static ClusterView view(String... in) {
    List<Member> members =
        Stream.of(in)
            .map(id -> new Member(id, "127.0.0.1", 1, "127.0.0.1:85", "In", "Up", true, null, null))
            .toList();
    return new ClusterView("c", "n1", "n1", "n1", 1, "n1", "0", null, members, List.of());
  }

  private static List<String> rows(List<Server> servers, ClusterView view) {
    return MemberList.rows(servers, view).stream().map(r -> r.replaceAll(" +", " ")).toList();
  }

  @Test
  void each_is_shown_with_what_it_is_and_where() {
    List<Server> servers =
        List.of(
            server("n1", true, true, 200),
            server("n2", false, true, 190),
            server("n3", false, true, 10),
            server("n4", false, false, 146));
    assertThat(rows(servers, view("n1", "n2")))
        .containsExactly(
            "MEMBER STATE HTTP CLUSTER RAFT SILENT",
            "n1 leader 127.0.0.1:85 - 127.0.0.1:8400 -",
            "n2 voter 127.0.0.1:85 - 127.0.0.1:8400 1.5 s",
            "n3 voter, out - - 127.0.0.1:8400 1.5 s",
            "n4 learner 73 % - - 127.0.0.1:8400 1.5 s");
  }

  @Test
  void a_learner_of_an_empty_log_is_no_division_by_zero() {
    assertThat(MemberList.progress(server("n4", false, false, 0), 0)).isEqualTo("learner 0 %");
  }
}
