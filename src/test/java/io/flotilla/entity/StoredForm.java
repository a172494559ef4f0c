package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.wire.Parts;
import io.flotilla.wire.Wire;

/** What was stored, as it is read again. */
public final class StoredForm {
  private StoredForm() {}

  @SuppressWarnings("unchecked") // as it was written
  public static <C extends Fact> Committed<C> again(Committed<C> event) {
    return Wire.PLAIN.read(Committed.class, Wire.PLAIN.write(event));
  }

  public static byte[] bytes(EntityState<?, ?> state) {
    return state.parts().bytes();
  }

  public static <S extends ModelState<S, C>, C extends Fact> EntityState<S, C> again(
      S empty, EntityState<S, C> state) {
    return read(empty, bytes(state));
  }

  public static <S extends ModelState<S, C>, C extends Fact> EntityState<S, C> read(
      S empty, byte[] checkpoint) {
    EntityState.Read<S, C> read = EntityState.read(empty, new Parts(checkpoint));
    assertThat(read.whole()).isTrue();
    return read.state();
  }
}
