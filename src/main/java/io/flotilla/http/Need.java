package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import java.util.function.Supplier;

/**
 * What somebody must be allowed to do, or a request is not handed on. Each endpoint says it, and
 * the {@link Router} asks. If it depends on what is in the body or in the answer, the endpoint says
 * the least that is needed, and the rest is asked there of {@link Access}.
 *
 * @param inNamespace needed for the request's namespace; null: the request is about none
 */
record Need(Level inNamespace, Test test) {
  interface Test {
    boolean isMet(Grant grant, HttpRequest request);
  }

  /** The rest is asked later. */
  static final Test LATER = (grant, request) -> true;

  /** What may not be seen is left out of the answer. */
  static final Need LISTS = inNamespace(Level.READ, LATER);

  /** Whether it may be seen depends on what is found. */
  static final Need SEEN = inNamespace(Level.READ, LATER);

  /** Who may change it depends on what is there, or on what is to be there. */
  static final Need CHANGES = inNamespace(Level.WRITE, LATER);

  /** For whoever shows a token that is known, or none. */
  static final Need NOTHING = new Need(null, LATER);

  private static final Test ANYBODY =
      new Test() {
        @Override
        public boolean isMet(Grant grant, HttpRequest request) {
          return true;
        }
      };

  /** For everybody, whatever token is shown: it is no secret. */
  static final Need PUBLIC = new Need(null, ANYBODY);

  /** To make and change tokens, and with them everything. */
  static final Need MANAGEMENT = of(Resource.ACL, Level.WRITE);

  /** How the cluster is, and to change what it is. */
  static final Need OPERATOR_READS = of(Resource.OPERATOR, Level.READ);

  static final Need OPERATOR_CHANGES = of(Resource.OPERATOR, Level.WRITE);

  /** Of what has no names. */
  static Need of(Resource resource, Level level) {
    return new Need(null, (grant, request) -> grant.allows(resource, level));
  }

  /**
   * @param self this node's name
   */
  static Need ofAgent(Supplier<String> self, Level level) {
    return new Need(null, (grant, r) -> grant.allows(Resource.AGENT, self.get(), level));
  }

  /**
   * @param path below which the request has the name
   */
  static Need below(String path, Resource resource, Level level) {
    return inNamespace(
        level,
        (grant, request) -> grant.allows(resource, RequestTarget.name(request, path), level));
  }

  static Need inNamespace(Level level, Test test) {
    return new Need(level, test);
  }

  boolean isPublic() {
    return test == ANYBODY;
  }

  /** Whether it is about reading what is in a namespace, which can be read from an old copy too. */
  boolean reads() {
    return inNamespace == Level.READ;
  }

  boolean isMet(Grant grant, HttpRequest request) {
    return (inNamespace == null || grant.allowsIn(Params.namespace(request), inNamespace))
        && test.isMet(grant, request);
  }
}
