package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorIdentity;
import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.Identify;
import akka.actor.setup.ActorSystemSetup;
import akka.pattern.Patterns;
import akka.remote.artery.tcp.SSLEngineProviderSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.tls.TestCa;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody without a certificate can do at the cluster port of a node with TLS. */
class NewcomersTest {
  /** The beginning of a handshake of 512 bytes, of which no more comes. */
  private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1};

  @TempDir Path directory;

  private final int port = FreePorts.next();
  private final List<Socket> strangers = new ArrayList<>();
  private final List<ActorSystem> members = new ArrayList<>();
  private TestCa ca;

  @BeforeEach
  void start() {
    ca = new TestCa(directory.resolve("ca"));
    member("n1", port);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket stranger : strangers) {
      stranger.close();
    }
    members.forEach(ActorSystem::terminate);
    members.forEach(member -> member.getWhenTerminated().toCompletableFuture().join());
  }

  private ActorSystem member(String name, int port) {
    Config own =
        ConfigFactory.parseString(
            "akka.loglevel = OFF, akka.remote.artery { transport = tls-tcp, canonical { hostname ="
                + " 127.0.0.1, port = "
                + port
                + " } }");
    ArteryTls tls = new ArteryTls(ca.tls(name));
    ActorSystem member =
        ActorSystem.create(
            "flotilla",
            ActorSystemSetup.create(
                    BootstrapSetup.create(own.withFallback(ConfigFactory.load()).resolve()))
                .withSetup(SSLEngineProviderSetup.create(system -> tls)));
    members.add(member);
    return member;
  }

  private void comeIn(int times, byte... said) throws IOException {
    for (int i = 0; i < times; i++) {
      Socket stranger = new Socket("127.0.0.1", port);
      strangers.add(stranger);
      stranger.setSoTimeout(1);
      stranger.getOutputStream().write(said);
    }
  }

  private static boolean isOpen(Socket stranger) {
    try {
      return stranger.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void assertHears(ActorSystem from, int port) throws Exception {
    Object answer =
        Patterns.ask(
                from.actorSelection(
                    "akka://flotilla@127.0.0.1:" + port + "/system/cluster/core/daemon"),
                new Identify(1),
                TestPatience.PATIENCE)
            .toCompletableFuture()
            .get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
    assertThat(((ActorIdentity) answer).getActorRef()).isPresent();
  }

  @Test
  void fewStrangersStayAndMembersComeIn() throws Exception {
    ActorSystem known = member("n2", FreePorts.next());
    assertHears(known, port);

    comeIn(5 * Newcomers.MOST);
    comeIn(5 * Newcomers.MOST, HALF_A_HELLO);

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(strangers.stream().filter(NewcomersTest::isOpen).count())
                    .isLessThanOrEqualTo(Newcomers.MOST));
    assertThat(strangers.stream().filter(NewcomersTest::isOpen)).isNotEmpty();
    assertHears(member("n3", FreePorts.next()), port);
    assertHears(known, port);
  }
}
