package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Gateway;
import io.flotilla.entity.Result;
import org.junit.jupiter.api.Test;

/** What a key space that ends tells those who may be waiting for its answer. */
class EndOfKeySpaceTest {

  @Test
  void who_has_asked_hears_that_the_incarnation_has_ended() {
    KeySpaceFixture space = new KeySpaceFixture();
    assertThat(space.result(KeyOp.Put.plain("a", new byte[0], 0))).isInstanceOf(Result.Done.class);

    space.close();

    assertThat(space.gateway.receiveMessage()).isEqualTo(new Gateway.OtherIncarnation(0));
  }
}
