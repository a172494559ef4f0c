package io.flotilla.http;

import java.util.List;
import java.util.TreeSet;

/** Each endpoint as a request, {@code "PUT /v1/kv/name"}, with a name where it takes one. */
public final class EveryRequest {
  private EveryRequest() {}

  public static List<String> ofANode() {
    try (TestServer server = new TestServer()) {
      return of(server.endpoints());
    }
  }

  static List<String> of(List<Endpoint> endpoints) {
    TreeSet<String> requests = new TreeSet<>();
    for (Endpoint endpoint : endpoints) {
      List<String> methods =
          endpoint.methods().isEmpty()
              ? List.of("GET", "PUT", "POST", "DELETE")
              : endpoint.methods().stream().map(m -> m.value()).toList();
      for (String method : methods) {
        if (endpoint.reach().isHere()) {
          requests.add(method + " " + endpoint.path());
        }
        if (endpoint.reach().isBelow()) {
          requests.add(method + " " + endpoint.path() + "/name");
        }
      }
    }
    return List.copyOf(requests);
  }
}
