package io.flotilla.kv;

import static net.jqwik.api.Arbitraries.just;
import static net.jqwik.api.Arbitraries.longs;
import static net.jqwik.api.Arbitraries.of;
import static net.jqwik.api.Arbitraries.oneOf;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.kv.Session.Behavior;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary operations on a few keys and sessions, so that they often meet. */
final class KvOps {
  private KvOps() {}

  /** Of every kind. */
  static Arbitrary<Operation<?>> any() {
    return oneOf(write(), write(), read());
  }

  static Arbitrary<String> key() {
    return of("a", "a/b", "a/c", "b", "b/\uD83D\uDE00");
  }

  private static Arbitrary<String> prefix() {
    return of("", "a", "a/", "b/", "c");
  }

  private static Arbitrary<String> session() {
    return of("s1", "s2", "s3");
  }

  private static Arbitrary<byte[]> value() {
    return of("", "1", "2").map(KvOps::bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Arbitrary<Long> index() {
    return longs().between(0, 40);
  }

  /** Often none. */
  private static Arbitrary<String> id() {
    return of("r1", "r2", "r3", "r4").injectNull(0.6);
  }

  private static Arbitrary<OptionalLong> cas() {
    return index().map(OptionalLong::of).optional(0.4).map(o -> o.orElse(OptionalLong.empty()));
  }

  private static Arbitrary<Operation<?>> write() {
    Arbitrary<Operation.Write<KeySpaceDraft, ?>> writes =
        oneOf(
            Combinators.combine(key(), value(), of(0L, 7L), cas(), of(0L, 0L, 3L, 5L))
                .as(KeyOp.Put::new),
            Combinators.combine(key(), value(), of(0L, 7L), session()).as(LockOp.Acquire::new),
            Combinators.combine(key(), value(), of(0L, 7L), session()).as(LockOp.Release::new),
            Combinators.combine(key(), cas(), of(0L, 0L, 3L, 5L)).as(KeyOp.Delete::new),
            prefix().map(KeyOp.DeleteTree::new),
            sessions().map(session -> new SessionOp.Create(session, 3)),
            session().map(SessionOp.Destroy::new),
            of("web", "db").map(SessionOp.FailCheck::new),
            of("web", "").map(check -> new SessionOp.FailCheckOn("n1", check)),
            txnOp().list().ofMinSize(1).ofMaxSize(6).map(Txn::new));
    return Combinators.combine(writes, id()).as((write, id) -> Ops.once(write, id));
  }

  private static Arbitrary<Session> sessions() {
    return Combinators.combine(
            session(), of(Behavior.class), of(0L, 15L), of("web", "db"), of(true, false))
        .as(
            (id, behavior, delay, check, exact) ->
                new Session(
                    id,
                    "",
                    "n1",
                    behavior,
                    10_000,
                    "10s",
                    exact,
                    delay * 1_000_000_000,
                    List.of(),
                    List.of(check),
                    List.of(),
                    "o",
                    0));
  }

  private static Arbitrary<TxnOp> txnOp() {
    return Combinators.combine(of(TxnOp.Verb.class), key(), value(), just(0L), index(), session())
        .as(TxnOp::new);
  }

  static Arbitrary<Operation<?>> read() {
    Arbitrary<Operation.Read<KeySpaceState, ?>> reads =
        oneOf(
            key().map(KeyOp.Get::new),
            prefix().map(KeyOp.ListEntries::new),
            Combinators.combine(prefix(), of("", "/")).as(KeyOp.ListKeys::new),
            Combinators.combine(prefix(), index()).as((p, i) -> new KeyOp.Changes(p, false, i)),
            index().map(i -> new KeyOp.Changes("", true, i)),
            session().map(SessionOp.Get::new),
            session().map(SessionOp.Renew::new),
            of("n1", "n2").injectNull(0.5).map(SessionOp.ListAll::new));
    return Combinators.combine(reads, index()).as((read, index) -> Ops.news(read, index));
  }
}
