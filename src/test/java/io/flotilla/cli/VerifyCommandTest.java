package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ClusterView;
import io.flotilla.client.ClusterView.Member;
import io.flotilla.client.ClusterView.Raft;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private static Member member(String id, String role, long applied) {
    return new Member(
        id,
        "127.0.0.1",
        1,
        "",
        "In",
        "Up",
        true,
        "0",
        new Raft("p", role, 3, applied, applied, 10));
  }

  private static List<String> verdicts(Map<String, String> digests) {
    ClusterView view =
        new ClusterView(
            "c",
            "n1",
            "n1",
            "n1",
            1,
            "n1",
            "0",
            null,
            null,
            List.of(
                member("n1", "LEADER", 10),
                member("n2", "FOLLOWER", 10),
                member("n3", "FOLLOWER", 8)),
            List.of());
    return VerifyCommand.findings(view, digests).stream()
        .map(f -> f.member().id() + " " + f.verdict() + " " + f.lag())
        .toList();
  }

  @Test
  void members_with_one_digest_are_in_sync() {
    assertThat(verdicts(Map.of("n1", "a", "n2", "a", "n3", "a")))
        .containsExactly("n1 in sync 0", "n2 in sync 0", "n3 in sync 2");
  }

  @Test
  void the_member_that_differs_is_found_even_if_it_leads() {
    assertThat(verdicts(Map.of("n1", "a", "n2", "b", "n3", "b")))
        .containsExactly("n1 differs 0", "n2 in sync 0", "n3 in sync 2");
  }

  @Test
  void a_member_that_did_not_answer_is_not_in_sync() {
    assertThat(verdicts(Map.of("n1", "a", "n2", "b")))
        .containsExactly("n1 in sync 0", "n2 differs 0", "n3 no answer 2");
  }
}
