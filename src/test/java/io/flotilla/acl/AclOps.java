package io.flotilla.acl;

import io.flotilla.entity.Operation;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Operations that meet one another: there are few ids, and few names. */
final class AclOps {
  private AclOps() {}

  static String id(int n) {
    return "10000000-0000-0000-0000-00000000000" + n;
  }

  static AclToken token(int n, String description) {
    return new AclToken(
        id(n),
        Secrets.hash("secret-" + n),
        description,
        List.of(),
        List.of(),
        List.of(new AclIdentity("web", List.of())),
        List.of(new AclIdentity("n1", List.of("dc1"))),
        false,
        5,
        0,
        0,
        0,
        0);
  }

  private static AclLink link(int n) {
    return n % 2 == 0 ? new AclLink(id(n), "") : new AclLink("", "name-" + n);
  }

  static Arbitrary<Operation<?>> any() {
    Arbitrary<Integer> few = Arbitraries.integers().between(0, 4);
    Arbitrary<List<AclLink>> links = few.map(AclOps::link).list().ofMaxSize(2);
    Arbitrary<String> rules =
        Arbitraries.of("", "key \"a\" { policy = \"read\" }", "operator = \"write\"", "wrong");
    return Arbitraries.oneOf(
        Combinators.combine(few, links, links, Arbitraries.of(0L, 0L, 70_000L, 1L))
            .as((n, p, r, ttl) -> new TokenOp.Create(token(n, "new"), p, r, ttl)),
        Combinators.combine(few, links, links)
            .as((n, p, r) -> new TokenOp.Update(token(n, "changed"), p, r)),
        Combinators.combine(few, few)
            .as((n, m) -> new TokenOp.Clone(id(n), id(m + 5), Secrets.hash("clone-" + m), "", 7)),
        Combinators.combine(few, few)
            .as((n, m) -> new TokenOp.Delete(id(n), Secrets.hash("secret-" + m))),
        few.map(n -> new TokenOp.Bootstrap(token(9, "first"), n)),
        Combinators.combine(few, few, rules, Arbitraries.of(true, false))
            .as(
                (n, m, text, create) ->
                    new PolicyOp.Put(
                        new AclPolicy(id(n), "name-" + m, "", text, List.of(), 0, 0), create)),
        few.map(n -> new PolicyOp.Delete(id(n))),
        Combinators.combine(few, few, links, Arbitraries.of(true, false))
            .as(
                (n, m, p, create) ->
                    new RoleOp.Put(
                        new AclRole(id(n), "name-" + m, "", List.of(), List.of(), List.of(), 0, 0),
                        p,
                        create)),
        few.map(n -> new RoleOp.Delete(id(n))),
        few.map(n -> new AclRead.Tokens(null, id(n), null)),
        few.map(n -> new AclRead.Own(Secrets.hash("secret-" + n))),
        Arbitraries.just(new AclRead.Policies(null, null)),
        Arbitraries.just(new AclRead.Roles(null, null, null)));
  }
}
