package io.flotilla.registry;

import io.flotilla.entity.DecidedState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DecidedCatalogTest {

  @Provide
  Arbitrary<List<List<Operation<?>>>> batches() {
    return Arbitraries.lazyOf(CatalogOps::any)
        .list()
        .ofMaxSize(12)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Property(seed = "5150")
  void the_state_that_decisions_leave_is_the_one_that_their_events_make(
      @ForAll("batches") List<List<Operation<?>>> batches) {
    long[] now = {1_000_000};
    DecidedState<CatalogState, CatalogChange> decided =
        new DecidedState<>(
            CatalogState.empty(),
            s -> new CatalogDraft(s, new Moment(now[0], 2 * now[0]), check -> {}));
    for (List<Operation<?>> batch : batches) {
      decided.batch(batch);
      now[0] += 7_000;
    }
  }
}
