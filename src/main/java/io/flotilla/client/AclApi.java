package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Call;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Tokens and policies: who may do what (<a
 * href="https://developer.hashicorp.com/consul/api-docs/acl">Consul's ACLs</a>). The client's own
 * token ({@link Flotilla.Builder#token}) must be allowed to change them ({@code acl = "write"}),
 * except for {@link #bootstrap} and {@link #self}.
 *
 * <p>Futures fail with a {@link FlotillaException}: {@code acl-disabled} if the nodes have no ACLs,
 * {@code permission-denied} if the client's token doesn't allow it, {@code acl-not-found} if there
 * is no such token or policy. Immutable and thread-safe.
 */
public final class AclApi {
  private static final TypeReference<Token> TOKEN = new TypeReference<>() {};
  private static final TypeReference<List<Token>> TOKENS = new TypeReference<>() {};
  private static final TypeReference<Policy> POLICY = new TypeReference<>() {};
  private static final TypeReference<List<Policy>> POLICIES = new TypeReference<>() {};

  private final Transport transport;

  AclApi(Transport transport) {
    this.transport = transport;
  }

  /**
   * A token.
   *
   * @param accessorId names it, and is no secret
   * @param secretId what is shown to be let in. It is told to whoever made the token, and to
   *     whoever shows it; otherwise it is {@code <hidden>}, or null
   * @param description for people
   * @param policies that say what it gives
   */
  public record Token(String accessorId, String secretId, String description, List<Link> policies) {
    /** Copies the list; null becomes an empty one. */
    public Token {
      policies = policies == null ? List.of() : List.copyOf(policies);
    }
  }

  /**
   * What a token says of a policy.
   *
   * @param id the policy's
   * @param name the policy's
   */
  public record Link(String id, String name) {}

  /**
   * A policy.
   *
   * @param id never changes
   * @param name at most 128 letters, digits, {@code -} and {@code _}
   * @param description for people
   * @param rules in Consul's language, such as {@code key_prefix "app/" { policy = "read" }}; null
   *     in a list
   */
  public record Policy(String id, String name, String description, String rules) {}

  /**
   * Makes the first token, which may do everything. This works once, and is not repeated by the
   * client: who doesn't get the answer needs the node's own token, or a reset of the bootstrap.
   *
   * @return the token with its secret
   */
  public CompletableFuture<Token> bootstrap() {
    return transport
        .send(Call.write("PUT", "/v1/acl/bootstrap", null).once())
        .thenApply(a -> Jackson.read(a.expect(200), TOKEN));
  }

  /** {@return the token that this client shows} */
  public CompletableFuture<Token> self() {
    return token("self");
  }

  /**
   * Makes a token.
   *
   * @param description for people
   * @param policies names of those that say what it gives
   * @return the token with its secret
   */
  public CompletableFuture<Token> createToken(String description, List<String> policies) {
    // Chosen here, as an answer that is repeated must have the secret that was stored.
    Map<String, Object> body =
        Map.of(
            "AccessorID",
            UUID.randomUUID().toString(),
            "SecretID",
            UUID.randomUUID().toString(),
            "Description",
            description,
            "Policies",
            policies.stream().map(name -> Map.of("Name", name)).toList());
    return put("/v1/acl/token", body, TOKEN);
  }

  /** {@return all tokens, without their secrets} */
  public CompletableFuture<List<Token>> tokens() {
    return get("/v1/acl/tokens", TOKENS);
  }

  /**
   * {@return a token, without its secret}
   *
   * @param accessorId its accessor id
   */
  public CompletableFuture<Token> token(String accessorId) {
    return get(UrlPath.of("/v1/acl/token/", accessorId).toString(), TOKEN);
  }

  /**
   * Deletes a token. The node that is asked refuses it from then on, the others within a second.
   *
   * @param accessorId its accessor id
   * @return completes when it is deleted
   */
  public CompletableFuture<Void> deleteToken(String accessorId) {
    return delete(UrlPath.of("/v1/acl/token/", accessorId));
  }

  /**
   * Makes a policy.
   *
   * @param name as in {@link Policy}; it must be new
   * @param description for people
   * @param rules as in {@link Policy}
   * @return the policy
   */
  public CompletableFuture<Policy> createPolicy(String name, String description, String rules) {
    return put("/v1/acl/policy", policy(name, description, rules), POLICY);
  }

  /**
   * Replaces a policy. It counts for all tokens that have it within a second.
   *
   * @param policy with the id of the one to replace
   * @return the policy as it is now
   */
  public CompletableFuture<Policy> changePolicy(Policy policy) {
    return put(
        UrlPath.of("/v1/acl/policy/", policy.id()).toString(),
        policy(policy.name(), policy.description(), policy.rules()),
        POLICY);
  }

  private static Map<String, Object> policy(String name, String description, String rules) {
    return Map.of("Name", name, "Description", description, "Rules", rules);
  }

  /** {@return all policies, without their rules} */
  public CompletableFuture<List<Policy>> policies() {
    return get("/v1/acl/policies", POLICIES);
  }

  /**
   * {@return a policy}
   *
   * @param name its name
   */
  public CompletableFuture<Policy> policy(String name) {
    return get(UrlPath.of("/v1/acl/policy/name/", name).toString(), POLICY);
  }

  /**
   * Deletes a policy. Tokens that have it lose what it gave.
   *
   * @param id its id
   * @return completes when it is deleted
   */
  public CompletableFuture<Void> deletePolicy(String id) {
    return delete(UrlPath.of("/v1/acl/policy/", id));
  }

  private <T> CompletableFuture<T> get(String path, TypeReference<T> type) {
    return transport.send(Call.read(path)).thenApply(a -> Jackson.read(a.expect(200), type));
  }

  private <T> CompletableFuture<T> put(String path, Object body, TypeReference<T> type) {
    return transport
        .send(Call.write("PUT", path, Jackson.bytes(body)))
        .thenApply(a -> Jackson.read(a.expect(200), type));
  }

  private CompletableFuture<Void> delete(UrlPath path) {
    return transport
        .send(Call.write("DELETE", path.toString(), null))
        .thenAccept(a -> a.expect(200));
  }
}
