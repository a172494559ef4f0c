package io.flotilla.acl;

import static io.flotilla.acl.AclDraft.invalid;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.time.Duration;
import java.util.List;

/**
 * What can be done to tokens. Whoever asks chooses accessor and secret of a new one, so that the
 * log never sees a secret.
 */
public sealed interface TokenOp<R extends Result> extends Operation.Write<AclDraft, R> {
  Duration SHORTEST = Duration.ofMinutes(1);
  Duration LONGEST = Duration.ofHours(24);

  /**
   * Makes the first token, once. Who has lost it can have another by writing the index of the last
   * time to a node's disk.
   *
   * @param reset that index; 0: none was written
   */
  record Bootstrap(AclToken token, long reset) implements TokenOp<AclResult.Tokens> {
    @Override
    public AclResult.Tokens decide(AclDraft draft) {
      long last = draft.state().bootstrap();
      if (last != 0 && last != reset) {
        throw new Refusal(
            "permission-denied",
            reset == 0
                ? "Permission denied: ACL bootstrap no longer allowed (reset index: " + last + ")"
                : "Permission denied: Invalid bootstrap reset index (specified "
                    + reset
                    + ", reset index: "
                    + last
                    + ")");
      }
      draft.change(new AclChange.Bootstrapped(draft.nextIndex()));
      return draft.put(token);
    }
  }

  /**
   * @param token with neither policies nor roles, which are found by the links
   * @param ttlMillis 0: it has no end
   */
  record Create(AclToken token, List<AclLink> policies, List<AclLink> roles, long ttlMillis)
      implements TokenOp<AclResult.Tokens> {
    @Override
    public AclResult.Tokens decide(AclDraft draft) {
      AclState state = draft.state();
      checkNew("AccessorID", token.accessor(), state.tokens().containsKey(token.accessor()));
      if (state.bySecret(Secrets.hash(token.accessor())) != null) {
        throw invalid("Invalid Token: AccessorID is already in use");
      } else if (state.bySecret(token.secretHash()) != null) {
        throw invalid("Invalid Token: SecretID is already in use");
      }
      AclDraft.check(token.services(), token.nodes(), "token");
      long endsAt = ttlMillis == 0 ? 0 : draft.nowMillis() + checked(ttlMillis);
      return draft.put(token.of(draft.policies(policies), draft.roles(roles)).ending(endsAt));
    }

    private static long checked(long ttlMillis) {
      if (ttlMillis > LONGEST.toMillis()) {
        throw invalid(
            "ExpirationTime cannot be more than 24h0m0s in the future (was " + text(ttlMillis));
      } else if (ttlMillis < SHORTEST.toMillis()) {
        throw invalid(
            "ExpirationTime cannot be less than 1m0s in the future (was " + text(ttlMillis));
      }
      return ttlMillis;
    }

    private static String text(long millis) {
      return millis + "ms)";
    }

    @Override
    public int bytes() {
      return (int) token.bytes() + 64 * (policies.size() + roles.size());
    }
  }

  /** Refuses an id that nobody may choose. */
  static void checkNew(String field, String id, boolean isUsed) {
    if (!AclNames.isUuid(id)) {
      throw invalid("Invalid Token: " + field + " is not a valid UUID");
    } else if (id.startsWith(AclNames.RESERVED)) {
      throw invalid(
          "Invalid Token: UUIDs with the prefix \"" + AclNames.RESERVED + "\" are reserved");
    } else if (isUsed) {
      throw invalid("Invalid Token: " + field + " is already in use");
    }
  }

  /**
   * @param token with an empty hash if it says nothing of the secret, which stays the same anyhow
   */
  record Update(AclToken token, List<AclLink> policies, List<AclLink> roles)
      implements TokenOp<AclResult.Tokens> {
    @Override
    public AclResult.Tokens decide(AclDraft draft) {
      String id = token.accessor();
      if (!AclNames.isUuid(id)) {
        throw invalid("AccessorID is not a valid UUID");
      }
      AclToken old = draft.state().tokens().get(id);
      if (old == null) {
        throw invalid("Cannot find token \"" + id + "\"");
      } else if (!token.secretHash().isEmpty() && !token.secretHash().equals(old.secretHash())) {
        throw invalid("Changing a tokens SecretID is not permitted");
      } else if (token.local() != old.local()) {
        throw invalid("cannot toggle local mode of " + id);
      } else if (token.expiresMillis() != 0 && token.expiresMillis() != old.expiresMillis()) {
        throw invalid("Cannot change expiration time of " + id);
      }
      AclDraft.check(token.services(), token.nodes(), "token");
      return draft.put(old.like(token).of(draft.policies(policies), draft.roles(roles)));
    }

    @Override
    public int bytes() {
      return (int) token.bytes() + 64 * (policies.size() + roles.size());
    }
  }

  /** Another token with the same rights and the same end. */
  record Clone(String from, String accessor, String secretHash, String description, long nowMillis)
      implements TokenOp<AclResult.Tokens> {
    @Override
    public AclResult.Tokens decide(AclDraft draft) {
      AclToken old = draft.state().tokens().get(from);
      if (old == null) {
        throw new Refusal("acl-not-found", "ACL not found");
      }
      return draft.put(old.copy(accessor, secretHash, description, nowMillis));
    }
  }

  /**
   * @param asker the hash of the secret that it is asked with
   */
  record Delete(String accessor, String asker) implements TokenOp<Result.Done> {
    @Override
    public Result.Done decide(AclDraft draft) {
      AclToken token = draft.state().tokens().get(accessor);
      if (!AclNames.isUuid(accessor)) {
        throw invalid("Accessor ID is missing or an invalid UUID");
      } else if (accessor.equals(AclToken.ANONYMOUS_ID)) {
        throw invalid("Delete operation not permitted on the anonymous token");
      } else if (token != null && token.secretHash().equals(asker)) {
        throw invalid("Deletion of the request's authorization token is not permitted");
      }
      draft.end(List.of(accessor));
      return draft.done();
    }
  }
}
