package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.AclIdentity;
import io.flotilla.acl.AclPolicy;
import io.flotilla.acl.AclRole;
import io.flotilla.acl.AclToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Tokens, policies and roles as Consul shows them. */
final class AclJson {
  /** In the place of a secret that isn't known. */
  static final String HIDDEN = "<hidden>";

  private AclJson() {}

  record Link(@JsonProperty("ID") String id, @JsonProperty("Name") String name) {
    /** What is gone is not shown. */
    static List<Link> of(List<String> ids, Map<String, String> names) {
      return ids.stream().filter(names::containsKey).map(i -> new Link(i, names.get(i))).toList();
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ServiceIdentity(
      @JsonProperty("ServiceName") String name,
      @JsonProperty("Datacenters") List<String> datacenters) {
    static List<ServiceIdentity> of(List<AclIdentity> all) {
      return all.stream().map(s -> new ServiceIdentity(s.name(), s.datacenters())).toList();
    }
  }

  record NodeIdentity(
      @JsonProperty("NodeName") String name, @JsonProperty("Datacenter") String datacenter) {
    static List<NodeIdentity> of(List<AclIdentity> all) {
      return all.stream().map(n -> new NodeIdentity(n.name(), n.datacenters().get(0))).toList();
    }
  }

  /**
   * @param legacyId the secret again, after a bootstrap; null otherwise
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Token(
      @JsonProperty("ID") String legacyId,
      @JsonProperty("AccessorID") String accessor,
      @JsonProperty("SecretID") String secret,
      @JsonInclude @JsonProperty("Description") String description,
      @JsonProperty("Policies") List<Link> policies,
      @JsonProperty("Roles") List<Link> roles,
      @JsonProperty("ServiceIdentities") List<ServiceIdentity> services,
      @JsonProperty("NodeIdentities") List<NodeIdentity> nodes,
      @JsonProperty("Local") boolean local,
      @JsonProperty("ExpirationTime") String expires,
      @JsonProperty("CreateTime") String created,
      @JsonProperty("Hash") String hash,
      @JsonProperty("CreateIndex") long createIndex,
      @JsonProperty("ModifyIndex") long modifyIndex) {
    static Token of(AclToken t, Map<String, String> names, String secret) {
      List<Link> policies = Link.of(t.policies(), names);
      List<Link> roles = Link.of(t.roles(), names);
      return new Token(
          null,
          t.accessor(),
          secret,
          t.description(),
          policies,
          roles,
          ServiceIdentity.of(t.services()),
          NodeIdentity.of(t.nodes()),
          t.local(),
          t.expiresMillis() == 0 ? null : time(t.expiresMillis()),
          time(t.createdMillis()),
          digest(t.description(), policies, roles, t.services(), t.nodes(), t.local()),
          t.createIndex(),
          t.modifyIndex());
    }

    Token bootstrapped() {
      return new Token(
          secret,
          accessor,
          secret,
          description,
          policies,
          roles,
          services,
          nodes,
          local,
          expires,
          created,
          hash,
          createIndex,
          modifyIndex);
    }
  }

  /**
   * @param rules null in lists
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Policy(
      @JsonProperty("ID") String id,
      @JsonProperty("Name") String name,
      @JsonInclude @JsonProperty("Description") String description,
      @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Rules") String rules,
      @JsonProperty("Datacenters") List<String> datacenters,
      @JsonProperty("Hash") String hash,
      @JsonProperty("CreateIndex") long createIndex,
      @JsonProperty("ModifyIndex") long modifyIndex) {
    static Policy of(AclPolicy p) {
      return new Policy(
          p.id(),
          p.name(),
          p.description(),
          p.rules(),
          p.datacenters(),
          digest(p.name(), p.description(), p.rules(), p.datacenters()),
          p.createIndex(),
          p.modifyIndex());
    }

    static Policy inList(AclPolicy p) {
      Policy whole = of(p);
      return new Policy(
          p.id(),
          p.name(),
          p.description(),
          null,
          p.datacenters(),
          whole.hash,
          p.createIndex(),
          p.modifyIndex());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Role(
      @JsonProperty("ID") String id,
      @JsonProperty("Name") String name,
      @JsonInclude @JsonProperty("Description") String description,
      @JsonProperty("Policies") List<Link> policies,
      @JsonProperty("ServiceIdentities") List<ServiceIdentity> services,
      @JsonProperty("NodeIdentities") List<NodeIdentity> nodes,
      @JsonProperty("Hash") String hash,
      @JsonProperty("CreateIndex") long createIndex,
      @JsonProperty("ModifyIndex") long modifyIndex) {
    static Role of(AclRole r, Map<String, String> names) {
      List<Link> policies = Link.of(r.policies(), names);
      return new Role(
          r.id(),
          r.name(),
          r.description(),
          policies,
          ServiceIdentity.of(r.services()),
          NodeIdentity.of(r.nodes()),
          digest(r.name(), r.description(), policies, r.services(), r.nodes()),
          r.createIndex(),
          r.modifyIndex());
    }
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  /** Tells versions apart: nothing else depends on it. */
  private static String digest(Object... parts) {
    try {
      byte[] all = List.of(parts).toString().getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
