package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.SERVICES;

import io.flotilla.registry.CatalogTxn;
import io.flotilla.registry.CatalogTxn.Step;
import io.flotilla.registry.CatalogTxn.Target;
import io.flotilla.registry.Check;
import io.flotilla.registry.Node;
import io.flotilla.registry.NodeOp;
import io.flotilla.registry.Service;
import io.flotilla.registry.Stamp;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The operations of a transaction on the catalog as clients send them: {@code {"Service": {"Verb":
 * "set", "Node": "db-host", "Service": {…}}}}
 * (https://developer.hashicorp.com/consul/api-docs/txn).
 *
 * @param owner whom new services count for
 * @param most services that it may have; 0: any number
 */
record CatalogTxnBody(String owner, int most) {
  /** The kinds of operations, by the field that holds one. */
  static final List<String> KINDS = List.of("Node", "Service", "Check");

  static CatalogTxnBody of(Client client, ClientLimits limits) {
    return new CatalogTxnBody(client.identity().client(), limits.most(SERVICES));
  }

  /**
   * @param kind one of {@link #KINDS}
   */
  Step step(String kind, JsonBody op) {
    JsonBody what = op.child(kind);
    if (what == null) {
      throw ApiError.badParameter("The " + kind + " of an operation is missing.");
    }
    Target target =
        switch (kind) {
          case "Node" -> new Target(node(what.text("Node")), null, null);
          case "Service" -> new Target(node(op.text("Node")), id(what, "ID", "Service"), null);
          default -> new Target(node(what.text("Node")), null, id(what, "CheckID", "Name"));
        };
    OptionalLong index = OptionalLong.of(what.unsigned("ModifyIndex"));
    return switch (op.text("Verb")) {
      case "get" -> new CatalogTxn.Get(target);
      case "set" -> new CatalogTxn.Set(register(kind, target, what), OptionalLong.empty());
      case "cas" -> new CatalogTxn.Set(register(kind, target, what), index);
      case "delete" -> new CatalogTxn.Delete(deregister(target), OptionalLong.empty());
      case "delete-cas" -> new CatalogTxn.Delete(deregister(target), index);
      default ->
          throw ApiError.badParameter("unknown " + kind + " verb \"" + op.text("Verb") + '"');
    };
  }

  private static String node(String name) {
    return RegistryBody.bounded(
        "Node", RegistryBody.required(name, "the name of the Node"), RegistryBody.MAX_NAME_BYTES);
  }

  /** The name will do. */
  private static String id(JsonBody what, String field, String name) {
    String id = what.text(field).isEmpty() ? what.text(name) : what.text(field);
    return RegistryBody.bounded(
        field, RegistryBody.required(id, "the " + field), RegistryBody.MAX_NAME_BYTES);
  }

  private static NodeOp.Deregister deregister(Target target) {
    return new NodeOp.Deregister(target.node(), target.serviceId(), target.checkId());
  }

  /** Of a service or check the node is only named, and stays as it is. */
  private NodeOp.Register register(String kind, Target target, JsonBody what) {
    Node named = new Node(target.node(), "", "", Map.of(), Map.of(), false, Stamp.NONE);
    return switch (kind) {
      case "Node" ->
          new NodeOp.Register(
              RegistryBody.node(what, named.name(), "Meta"), false, null, List.of(), 0);
      case "Service" -> {
        String name = what.text("Service");
        Service service = RegistryBody.service(what, named.name(), name, false, owner);
        yield new NodeOp.Register(named, true, service, List.of(), most);
      }
      default -> {
        Check check = CheckBody.externalCheck(what, named.name());
        yield new NodeOp.Register(named, true, null, List.of(check), 0);
      }
    };
  }
}
