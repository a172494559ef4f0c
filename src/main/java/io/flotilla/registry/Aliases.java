package io.flotilla.registry;

import java.util.List;
import java.util.stream.Stream;

/**
 * How checks stand that are aliases: as the worst of the checks that they stand for. The draft that
 * changes one of those changes them too, so there is no moment in which they differ.
 */
final class Aliases {
  private Aliases() {}

  /** The check as it stands now; one that is no alias as it is. */
  static Check mirrored(Registrations all, Check check, long nowMillis) {
    if (!(check.definition().kind() instanceof CheckKind.Alias alias)) {
      return check;
    }
    Standing now = standing(all, check, alias);
    return check.standing(now.status(), now.output(), nowMillis);
  }

  private static Standing standing(Registrations all, Check check, CheckKind.Alias alias) {
    if (alias.service().isEmpty()) {
      return all.nodes().containsKey(alias.node())
          ? worst(check, all.checksOf(alias.node(), "").stream())
          : critical("Node " + alias.node() + " could not be found");
    }
    Service service = service(all, check, alias);
    if (service == null) {
      String node = alias.node().isEmpty() ? check.node() : alias.node();
      return critical("Service " + alias.service() + " could not be found on node " + node);
    }
    List<Check> own = all.checksOf(service.node(), service.id());
    Stream<Check> ofNode =
        all.checksOf(service.node(), "").stream().filter(c -> !service.agent() || c.agent());
    return worst(check, Stream.concat(own.stream(), ofNode));
  }

  private static Service service(Registrations all, Check check, CheckKind.Alias alias) {
    String node = alias.node().isEmpty() ? check.node() : alias.node();
    Service there = all.services().get(new Key(node, alias.service()));
    return there == null ? all.agentService(alias.service(), node) : there;
  }

  private static Standing critical(String output) {
    return new Standing(Status.CRITICAL, output, 0);
  }

  /** Without their output, which is not for everybody who may read the alias. */
  private static Standing worst(Check alias, Stream<Check> checks) {
    Standing worst = new Standing(Status.PASSING, "No checks found.", 0);
    for (Check c : checks.filter(c -> !c.key().equals(alias.key())).toList()) {
      if (c.status().compareTo(worst.status()) > 0) {
        String name = c.registration().name();
        worst = new Standing(c.status(), "Aliased check \"" + name + "\" failing.", 0);
      } else if (worst.status() == Status.PASSING) {
        worst = new Standing(Status.PASSING, "All checks passing.", 0);
      }
    }
    return worst;
  }
}
