package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WakeUpTest {
  private static Operation<?> put(String key, long flags) {
    return KeyOp.Put.plain(key, new byte[0], flags);
  }

  @Test
  void a_thousand_watchers_of_other_keys_are_woken_by_none_of_ten_thousand_writes() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      space.result(put("first", 0));
      List<Operation<?>> watches = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        watches.add(new Operation.News<>(new KeyOp.Get("watched/" + i), 2));
        watches.add(new Operation.News<>(new KeyOp.Changes("watched/" + i + "/", false, 2), 2));
      }
      assertThat(space.results(watches))
          .hasSize(1_000)
          .hasOnlyElementsOfType(Result.Unchanged.class);
      for (int batch = 0; batch < 10; batch++) {
        List<Operation<?>> writes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
          writes.add(put("elsewhere/" + i, batch + 1));
        }
        space.results(writes);
      }
      assertThat(space.heard).isEmpty();
      space.result(put("watched/7/x", 0));
      space.result(put("watched/7", 0));
      space.result(new KeyOp.Get("first"));
      assertThat(space.heard)
          .containsExactly(Interest.prefix("watched/7/"), Interest.key("watched/7"));
    }
  }

  @Test
  void a_list_without_a_match_is_woken_by_what_changes_in_its_folder_and_by_nothing_else() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      space.result(put("first", 0));
      assertThat(space.result(new Operation.News<>(new KeyOp.ListEntries("config/dev/"), 1)))
          .isEqualTo(new Result.Unchanged(2, Interest.prefix("config/")));
      space.result(put("elsewhere", 0));
      space.result(new KeyOp.Get("first"));
      assertThat(space.heard).isEmpty();
      space.result(put("config/prod/colour", 0));
      space.result(new KeyOp.Get("first"));
      assertThat(space.heard).containsExactly(Interest.prefix("config/"));
    }
  }
}
