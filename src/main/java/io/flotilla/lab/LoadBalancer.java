package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.LoadBalancing.Assigned;
import io.flotilla.lab.LoadBalancing.Changed;
import io.flotilla.lab.LoadBalancing.Finished;
import io.flotilla.lab.LoadBalancing.Msg;
import io.flotilla.lab.LoadBalancing.Request;
import io.flotilla.lab.LoadBalancing.Served;
import io.flotilla.lab.LoadBalancing.Servers;
import io.flotilla.lab.LoadBalancing.Shares;
import io.flotilla.lab.LoadBalancing.Work;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Asks the product's balancer where each request goes, and tells it when one is done. */
class LoadBalancer extends AbstractBehavior<Msg> {
  protected final Host<Msg> host;
  private final Policy policy;
  protected List<String> servers = List.of();
  private Balancer balancer;
  private long version;
  private final SortedMap<String, Balancer.Picked> underWay = new TreeMap<>();

  LoadBalancer(ActorContext<Msg> ctx, Host<Msg> host, Policy policy) {
    super(ctx);
    this.host = host;
    this.policy = policy;
    begin();
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Servers.class, this::onServers)
        .onMessage(Request.class, this::onRequest)
        .onMessage(Served.class, this::onServed)
        .build();
  }

  /** As when the process starts: nothing is under way, and it is the first server's turn. */
  protected void begin() {
    balancer = new Balancer((service, instance, time) -> {}, host::nanoTime);
    update();
  }

  private void update() {
    List<Instance> instances =
        servers.stream().map(name -> new Instance(name, name, name, 80, 1)).toList();
    Upstream web = new Upstream("lab", "web", policy, HashKey.CLIENT, instances);
    balancer.update(Table.empty().with(new Version(1, ++version), List.of(web), List.of()));
  }

  private Behavior<Msg> onServers(Servers now) {
    servers = now.names();
    update();
    host.report(new Changed(servers));
    if (policy == Policy.CONSISTENT_HASH) {
      reportShares();
    }
    return this;
  }

  private void reportShares() {
    SortedMap<String, Integer> shares = new TreeMap<>();
    for (int i = 0; i < LoadBalancing.SAMPLE; i++) {
      shares.merge(choose("sample", "key" + i), 1, Integer::sum);
      release("sample");
    }
    host.report(new Shares(shares));
  }

  private Behavior<Msg> onRequest(Request request) {
    String server = choose(request.id(), request.key());
    host.report(new Assigned(request.id(), request.key(), server));
    host.tell(server, new Work(request.id(), request.millis()));
    return this;
  }

  protected String choose(String id, String key) {
    Balancer.Picked picked = balancer.pick("lab", "web", key).orElseThrow();
    underWay.put(id, picked);
    return picked.instance().node();
  }

  private Behavior<Msg> onServed(Served done) {
    host.report(new Finished(done.id()));
    release(done.id());
    return this;
  }

  /** A request counts until it is answered, not until it is sent on. */
  protected void release(String id) {
    Balancer.Picked picked = underWay.remove(id);
    if (picked != null) {
      picked.close();
    }
  }

  @Override
  public String toString() {
    return "under way " + underWay.keySet();
  }
}
