package io.flotilla.acl;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityFixture;
import io.flotilla.entity.ReadBarrier;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens with an end in the running actor, with the test's own clock. */
class TokenEndTest {
  private static final class AclFixture extends EntityFixture {
    @Override
    protected Behavior<EntityActor.Command> behavior(
        String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime) {
      return Acl.create(name, barrier, clock, stayAwake, nanoTime);
    }

    @Override
    protected PersistenceId persistenceId(String name) {
      return Acl.persistenceId(name);
    }
  }

  private final AclFixture acl = new AclFixture();

  @AfterEach
  void end() {
    acl.close();
  }

  private void create(int n, long ttlMillis) {
    assertThat(acl.result(new TokenOp.Create(AclOps.token(n, ""), List.of(), List.of(), ttlMillis)))
        .isInstanceOf(AclResult.Tokens.class);
  }

  private boolean lives(int n) {
    AclRead.Tokens read = new AclRead.Tokens(AclOps.id(n), null, null);
    return !((AclResult.Tokens) acl.result(read)).items().isEmpty();
  }

  @Test
  void aTokenIsGoneHalfASecondAfterItsEndAtMost() {
    create(1, 60_000);
    create(2, 0);
    acl.pass(59_900);
    assertThat(lives(1)).isTrue();
    acl.pass(600);
    assertThat(lives(1)).isFalse();
    assertThat(lives(2)).isTrue();
  }

  @Test
  void noClockThatIsSetMovesTheEnd() {
    create(1, 60_000);
    acl.setClock(Duration.ofHours(2));
    acl.pass(30_000);
    assertThat(lives(1)).isTrue();
    acl.setClock(Duration.ofHours(-3));
    acl.pass(31_000);
    assertThat(lives(1)).isFalse();
  }

  @Test
  void theEndIsTheSameInTheNextLifeAndAfterAChange() {
    create(1, 60_000);
    acl.pass(30_000);
    acl.result(new TokenOp.Update(AclOps.token(1, "changed"), List.of(), List.of()));
    acl.failOver();
    assertThat(lives(1)).isTrue();
    acl.pass(32_000);
    assertThat(lives(1)).isFalse();
  }
}
