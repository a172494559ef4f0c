package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class AscendingTest {
  private static Entry entry(String key) {
    return new Entry(key, new byte[0], 0, 1, 1, 0, null, 0);
  }

  @Test
  void a_tree_made_in_one_go_is_the_one_that_grows_entry_by_entry() {
    for (int size : new int[] {0, 1, 2, 3, 10, 1000}) {
      TreePMap<String, Entry> grown = TreePMap.empty(KeyOrder.BY_CODE_POINT);
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        // One that other orders have elsewhere is among them.
        Entry entry = entry(i == 7 ? "key\uD83D\uDE00" : i == 8 ? "key\uFFFD" : "key" + i);
        entries.add(entry);
        grown = grown.plus(entry.key(), entry);
      }
      Collections.shuffle(entries, new Random(size));
      TreePMap<String, Entry> made = Ascending.tree(entries, Entry::key);
      assertThat(made.values()).containsExactlyElementsOf(grown.values());
      assertThat(made.comparator()).isEqualTo(grown.comparator());
      if (size > 0) {
        made = made.plus("key0", entry("key0")).minus(entries.get(size - 1).key());
        assertThat(made).hasSize(size - 1);
        assertThat(made.tailMap("key1", true).keySet())
            .containsExactlyElementsOf(
                grown.minus(entries.get(size - 1).key()).tailMap("key1", true).keySet());
      }
    }
  }
}
