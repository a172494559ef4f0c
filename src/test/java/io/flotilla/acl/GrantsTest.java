package io.flotilla.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Existence;
import io.flotilla.entity.LeaderContact;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Quota;
import io.flotilla.entity.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node makes of its copy of the log, which others write to. */
class GrantsTest {
  private static final String OWN = "of-the-node";
  private static final String NOT_FOUND = "acl-not-found";
  private static final String UNAVAILABLE = "unavailable";

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private final List<Object> events = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicLong caughtUp = new AtomicLong();
  private EntityState<AclState, AclChange> state = EntityState.of(AclState.empty());
  private volatile LeaderContact contact = new LeaderContact(true, 0);
  private volatile CompletableFuture<Done> catchUp = new CompletableFuture<>();
  private final Grants grants =
      new Grants(
          kit.system(),
          Acl.localReplicas(new Log()),
          new Others(),
          new Grants.Settings("dc1", Level.DENY, OWN),
          nanos::get);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private final class Log implements LocalReplicas.LocalLog {
    @Override
    public boolean has(String persistenceId) {
      return !events.isEmpty();
    }

    @Override
    public LocalReplicas.Tail after(String persistenceId, long sequenceNr) {
      List<Object> all = List.copyOf(events);
      return new LocalReplicas.Tail(
          false, Optional.empty(), all.subList((int) sequenceNr, all.size()), all.size());
    }

    @Override
    public LeaderContact leaderContact() {
      return contact;
    }
  }

  private final class Others implements Existence {
    @Override
    public boolean isKnown(String namespace) {
      return true;
    }

    @Override
    public CompletionStage<Done> catchUp() {
      caughtUp.incrementAndGet();
      return catchUp;
    }

    @Override
    public Quota.Room room() {
      return Quota.unlimited().room();
    }
  }

  private void write(Operation.Write<AclDraft, ?> op) {
    AclDraft draft = new AclDraft(state, new Moment(1_000, 0));
    draft.decide(op);
    Committed<AclChange> event = draft.event();
    assertThat(event.changes()).isNotEmpty();
    state = state.apply(event);
    events.add(event);
  }

  private void create(int n) {
    write(new TokenOp.Create(AclOps.token(n, ""), List.of(), List.of(), 0));
  }

  /** The code of the refusal; null if there is none. */
  private String refusal(String secret, boolean stale) {
    try {
      grants.of(secret, stale).grant();
      return null;
    } catch (Refusal refusal) {
      return refusal.code();
    }
  }

  private void awaitRefusal(String secret, String code) {
    await()
        .atMost(TestPatience.PATIENCE)
        .untilAsserted(() -> assertThat(refusal(secret, false)).isEqualTo(code));
  }

  @Test
  void aNodeThatStartsKnowsNobodyUntilItHasCaughtUp() {
    create(1);
    await()
        .atMost(TestPatience.PATIENCE)
        .untilAsserted(() -> assertThat(refusal("secret-1", true)).isNull());
    assertThat(refusal("secret-1", false)).isEqualTo(UNAVAILABLE);
    assertThat(refusal(OWN, false)).isNull();
    catchUp.complete(Done.getInstance());
    awaitRefusal("secret-1", null);
  }

  @Test
  void whatIsWrittenElsewhereCountsHereSoon() {
    catchUp.complete(Done.getInstance());
    awaitRefusal("secret-1", NOT_FOUND);
    create(1);
    awaitRefusal("secret-1", null);
    write(new TokenOp.Delete(AclOps.id(1), ""));
    awaitRefusal("secret-1", NOT_FOUND);
  }

  @Test
  void whoHearsNoLeaderAnswersFromAnOldCopyOnlyUntilItHasCaughtUp() {
    create(1);
    catchUp.complete(Done.getInstance());
    awaitRefusal("secret-1", null);
    catchUp = new CompletableFuture<>();
    contact = new LeaderContact(false, 6_000);
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(refusal("secret-1", false)).isEqualTo(UNAVAILABLE);
    assertThat(refusal("secret-1", true)).isNull();

    long before = caughtUp.get();
    contact = new LeaderContact(true, 0);
    await().atMost(TestPatience.PATIENCE).until(() -> caughtUp.get() > before);
    assertThat(refusal("secret-1", false)).isEqualTo(UNAVAILABLE);
    catchUp.complete(Done.getInstance());
    awaitRefusal("secret-1", null);
  }

  @Test
  void whoDoesNotLookFollowsNothingEither() {
    create(1);
    catchUp.complete(Done.getInstance());
    awaitRefusal("secret-1", null);
    catchUp = new CompletableFuture<>();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(refusal("secret-1", false)).as("after a pause").isEqualTo(UNAVAILABLE);
    assertThat(refusal("secret-1", true)).isNull();
  }
}
