package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway of a later version asks for what this node doesn't know yet. */
class LaterVersionTest {
  private static final Operation.Unknown UNKNOWN = new Operation.Unknown("kv.KeyOp.OfTomorrow");

  @Test
  void an_unknown_operation_is_refused_and_those_around_it_are_done() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      List<Result> results =
          space.results(
              List.of(
                  KeyOp.Put.plain("a", new byte[] {1}, 0),
                  UNKNOWN,
                  Ops.news(UNKNOWN, 5),
                  Ops.once(UNKNOWN, "id"),
                  new KeyOp.Get("a")));
      assertThat(results.get(0)).isEqualTo(new Result.Done(true, 2));
      assertThat(results.subList(1, 4)).allMatch(LaterVersionTest::isRefused);
      assertThat(((KvResult.Entries) results.get(4)).items()).hasSize(1);
      assertThat(space.events()).isEqualTo(1);
    }
  }

  @Test
  void nothing_is_stored_of_an_unknown_operation_and_its_id_stays_free() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      assertThat(isRefused(space.result(Ops.once(UNKNOWN, "id")))).isTrue();
      assertThat(space.events()).isZero();
      Operation<?> put = Ops.once(KeyOp.Put.plain("a", new byte[] {1}, 0), "id");
      assertThat(space.result(put)).isEqualTo(new Result.Done(true, 2));
    }
  }

  private static boolean isRefused(Result result) {
    return result instanceof Result.Refused refused
        && refused.code().equals("unknown-operation")
        && refused.message().contains(UNKNOWN.type());
  }
}
