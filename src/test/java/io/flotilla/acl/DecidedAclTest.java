package io.flotilla.acl;

import io.flotilla.entity.DecidedState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is decided is what the log makes of it, and what a checkpoint has of it. */
class DecidedAclTest {
  @Provide
  Arbitrary<List<List<Operation<?>>>> batches() {
    return AclOps.any().list().ofMinSize(1).ofMaxSize(6).list().ofMinSize(1).ofMaxSize(8);
  }

  @Property(seed = "40", tries = 300)
  void the_state_that_decisions_leave_is_the_one_that_their_events_make(
      @ForAll("batches") List<List<Operation<?>>> batches) {
    long[] now = {1_000_000};
    DecidedState<AclState, AclChange> decided =
        new DecidedState<>(AclState.empty(), s -> new AclDraft(s, new Moment(now[0], 2 * now[0])));
    for (List<Operation<?>> batch : batches) {
      decided.batch(batch);
      now[0] += 7_000;
    }
  }
}
