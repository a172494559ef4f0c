package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.PeerMessage.IAm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which group an empty disk joins. */
class GroupCheckTest {
  private static final long SECOND = Generation.after(Generation.FIRST);
  private static final long ALSO_SECOND = Generation.after(Generation.FIRST);
  private static final long THIRD = Generation.after(SECOND);

  private static IAm of(String node, boolean hasGroup, long generation) {
    return new IAm(
        1, "flotilla", node, node + "-1", hasGroup, List.of(), List.of(), false, 1, generation);
  }

  @Test
  void a_generation_follows_another_but_not_one_of_the_same_count() {
    assertThat(SECOND).isNotEqualTo(ALSO_SECOND);
    assertThat(Generation.isLater(SECOND, ALSO_SECOND)).isFalse();
    assertThat(Generation.isLater(ALSO_SECOND, SECOND)).isFalse();
    assertThat(Generation.isLater(SECOND, Generation.FIRST)).isTrue();
    assertThat(Generation.isLater(THIRD, ALSO_SECOND)).isTrue();
    assertThat(Generation.isLater(Generation.FIRST, THIRD)).isFalse();
    assertThat(Generation.text(Generation.FIRST)).isEqualTo("0");
    assertThat(Generation.text(THIRD)).matches("2-[0-9a-f]{8}");
  }

  @Test
  void the_first_generation_has_the_group_id_that_it_had_before_there_were_others() {
    assertThat(RaftNode.groupId("flotilla", Generation.FIRST).getUuid())
        .hasToString("e3aebf1c-37d9-3541-b9db-351426e095f2");
    assertThat(RaftNode.groupId("flotilla", SECOND))
        .isNotEqualTo(RaftNode.groupId("flotilla", Generation.FIRST))
        .isNotEqualTo(RaftNode.groupId("flotilla", ALSO_SECOND));
  }

  @Test
  void of_several_groups_the_latest_is_joined() {
    List<IAm> answers =
        List.of(of("n1", true, Generation.FIRST), of("n2", true, THIRD), of("n3", true, SECOND));
    IAm newest = GroupCheck.newest(answers);
    assertThat(newest.node()).isEqualTo("n2");
    assertThat(GroupCheck.conflict(newest, answers)).isNull();
  }

  @Test
  void of_none_none_is_joined() {
    List<IAm> answers = List.of(of("n1", false, Generation.FIRST), of("n2", false, SECOND));
    assertThat(GroupCheck.newest(answers)).isNull();
    assertThat(GroupCheck.conflict(null, answers)).isNull();
  }

  @Test
  void if_two_disks_were_recovered_apart_none_is_joined() {
    List<IAm> answers = List.of(of("n1", true, SECOND), of("n2", true, ALSO_SECOND));
    assertThat(GroupCheck.conflict(GroupCheck.newest(answers), answers))
        .startsWith("n1 and n2 were recovered apart");
  }
}
