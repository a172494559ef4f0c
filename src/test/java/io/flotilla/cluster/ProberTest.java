package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.journal.Port;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProberTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestProbe<Prober.Found> found = KIT.createTestProbe();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  /** Two looks at moments of silence, with an unseen time between them, look like one long cut. */
  @Test
  void a_silent_member_is_looked_at_again_at_once() throws IOException {
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket server =
        new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress())) {
      while (fill(server, queue)) {} // then further attempts are ignored
      watch(server.getLocalPort());
      expect(Port.SILENT);
      for (int i = 0; i < 3; i++) {
        time.timePasses(Prober.SILENT_INTERVAL);
        expect(Port.SILENT);
      }
    } finally {
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  private static boolean fill(ServerSocket server, List<Socket> queue) throws IOException {
    Socket socket = new Socket();
    queue.add(socket);
    try {
      socket.connect(server.getLocalSocketAddress(), 200);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private void watch(int port) {
    ActorRef<Prober.Command> prober =
        KIT.spawn(Prober.create("n1", found.getRef(), ForkJoinPool.commonPool()));
    Occupant n2 = new Occupant("n2", "n2-1", 2, "127.0.0.1", port, port, "", 1);
    Roster roster =
        new Roster(1, "n1", Map.of("n2", new Seat(n2, Status.IN, 1)), List.of(), Map.of());
    prober.tell(new Prober.Watch(roster));
  }

  private void expect(Port port) {
    Prober.Found next = found.receiveMessage(TestPatience.PATIENCE);
    assertThat(next.port()).isEqualTo(port);
  }
}
