package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.AbstractActor;
import akka.actor.ActorIdentity;
import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Identify;
import akka.actor.Kill;
import akka.actor.PoisonPill;
import akka.actor.Props;
import akka.cluster.Cluster;
import akka.pattern.Patterns;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.acl.Acl;
import io.flotilla.kv.KeySpace;
import io.flotilla.registry.Catalog;
import io.flotilla.registry.coordinator.Coordinator;
import io.flotilla.topic.Topic;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What another actor system, or anybody, can do at the cluster port of a node without TLS. */
class ArteryTest {
  private final int port = FreePorts.next();
  private ActorSystem node;
  private ActorSystem stranger;

  private static final class Echo extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(message -> getSender().tell(message, getSelf())).build();
    }
  }

  @BeforeEach
  void start() {
    node = system("flotilla", port);
    Cluster.get(node).join(Cluster.get(node).selfAddress());
    ((ExtendedActorSystem) node).systemActorOf(Props.create(Echo.class, Echo::new), "echo");
    stranger = system("stranger", FreePorts.next());
  }

  @AfterEach
  void stop() {
    stranger.terminate();
    node.terminate();
    stranger.getWhenTerminated().toCompletableFuture().join();
    node.getWhenTerminated().toCompletableFuture().join();
  }

  private static ActorSystem system(String name, int port) {
    Config own =
        ConfigFactory.parseString(
            "akka.loglevel = OFF, akka.remote.artery.canonical { hostname = 127.0.0.1, port = "
                + port
                + " }");
    return ActorSystem.create(name, own.withFallback(ConfigFactory.load()));
  }

  private String path(String there) {
    return "akka://flotilla@127.0.0.1:" + port + there;
  }

  private ActorRef echo() {
    return ((ExtendedActorSystem) stranger).provider().resolveActorRef(path("/system/echo"));
  }

  private Object answer(Object question) throws Exception {
    return Patterns.ask(echo(), question, TestPatience.PATIENCE)
        .toCompletableFuture()
        .get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
  }

  private void assertThatANewNodeIsHeard() throws Exception {
    Object answer =
        Patterns.ask(
                stranger.actorSelection(path("/system/cluster/core/daemon")),
                new Identify(1),
                TestPatience.PATIENCE)
            .toCompletableFuture()
            .get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
    assertThat(((ActorIdentity) answer).getActorRef()).isPresent();
  }

  @Test
  void nobodyEndsAnActorOfAnotherNode() throws Exception {
    assertThat(answer("before")).isEqualTo("before");
    echo().tell(PoisonPill.getInstance(), ActorRef.noSender());
    echo().tell(Kill.getInstance(), ActorRef.noSender());
    stranger
        .actorSelection(path("/system/echo"))
        .tell(PoisonPill.getInstance(), ActorRef.noSender());
    stranger.actorSelection(path("/system/*")).tell("by path", echo());
    assertThat(answer("after")).isEqualTo("after");
  }

  @Test
  void whatAkkaSaysByPathIsHeard() throws Exception {
    assertThatANewNodeIsHeard();
    List<String> heard =
        node.settings().config().getStringList("akka.remote.artery.trusted-selection-paths");
    for (var type : List.of(KeySpace.TYPE, Catalog.TYPE, Topic.TYPE, Acl.TYPE)) {
      String coordinator = "/system/sharding/" + type.name() + "Coordinator";
      assertThat(heard).contains(coordinator, coordinator + "/singleton/coordinator");
    }
    String singleton = "/system/singletonManager" + Coordinator.NAME;
    assertThat(heard).contains(singleton, singleton + "/" + Coordinator.NAME);
  }

  @Test
  void badConnectionsKeepNobodyOut() throws Exception {
    Random random = new Random(1);
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 700; i++) {
        byte[] noise = new byte[1 + random.nextInt(100)];
        random.nextBytes(noise);
        connect(noise).close();
        halves.add(connect(new byte[] {'A', 'K', 'K', 'A', 1, 100, 0, 0, 0, 1}));
      }
      assertThatANewNodeIsHeard();
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  private Socket connect(byte[] bytes) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.getOutputStream().write(bytes);
    return socket;
  }
}
