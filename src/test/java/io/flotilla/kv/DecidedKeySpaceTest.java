package io.flotilla.kv;

import io.flotilla.entity.DecidedState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DecidedKeySpaceTest {

  @Provide
  Arbitrary<List<List<Operation<?>>>> batches() {
    return Arbitraries.lazyOf(KvOps::any).list().ofMaxSize(12).list().ofMinSize(1).ofMaxSize(8);
  }

  @Property(seed = "5150")
  void the_state_that_decisions_leave_is_the_one_that_their_events_make(
      @ForAll("batches") List<List<Operation<?>>> batches) {
    long[] now = {1_000_000};
    DecidedState<KeySpaceState, Change> decided =
        new DecidedState<>(
            KeySpaceState.empty(), s -> new KeySpaceDraft(s, new Moment(now[0], 2 * now[0])));
    for (List<Operation<?>> batch : batches) {
      decided.batch(batch);
      now[0] += 7_000;
    }
  }
}
