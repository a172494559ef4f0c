package io.flotilla.dns;

import static io.flotilla.dns.ZoneFixture.on;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A server on a port of its own, and clients with real sockets. */
class DnsServerTest {
  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Table table =
      new ZoneFixture()
          .service("web", on("n1", "127.0.0.1", 80, "v1"), on("n2", "10.0.0.2", 81))
          .service("many", many())
          .table();
  private InetSocketAddress address;

  private static Instance[] many() {
    Instance[] all = new Instance[200];
    for (int i = 0; i < all.length; i++) {
      all[i] = on("n1", "10.0.0." + i, 80);
    }
    return all;
  }

  @BeforeEach
  void start() throws Exception {
    address = server(FreePorts.next(), "10 minutes");
  }

  private InetSocketAddress server(int port, String idle) throws Exception {
    DnsSettings settings =
        ZoneFixture.settings(Map.of("port", port, "max-connections", 3, "idle-timeout", idle));
    return new DnsServer(settings, "n1", () -> table, Optional::empty, metrics)
        .bind(kit.system())
        .toCompletableFuture()
        .get(TestPatience.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private static Message question(String name, int type) {
    return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
  }

  /** Asked again until there is an answer: the kernel drops datagrams for which it has no room. */
  private Message udp(Message question) {
    return await()
        .atMost(TestPatience.PATIENCE)
        .ignoreException(SocketTimeoutException.class)
        .until(() -> udpOnce(question), Objects::nonNull);
  }

  private Message udpOnce(Message question) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(2_000);
      byte[] bytes = question.toWire();
      socket.send(new DatagramPacket(bytes, bytes.length, address));
      DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(answer);
      return new Message(Arrays.copyOf(answer.getData(), answer.getLength()));
    }
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private static byte[] framed(Message question) throws IOException {
    byte[] bytes = question.toWire();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.writeShort(bytes.length);
    out.write(bytes);
    return frame.toByteArray();
  }

  private static Message read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return new Message(bytes);
  }

  private static void isClosed(Socket socket) {
    assertThatThrownBy(() -> read(socket))
        .isInstanceOfAny(EOFException.class, SocketException.class);
  }

  @Test
  void it_answers_by_udp_and_by_tcp_what_did_not_fit() throws Exception {
    assertThat(udp(question("web.service.consul.", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    Message cut = udp(question("many.service.consul.", Type.A));
    assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
    try (Socket socket = connected()) {
      socket.getOutputStream().write(framed(question("many.service.consul.", Type.A)));
      assertThat(read(socket).getSection(Section.ANSWER)).hasSize(200);
    }
  }

  @Test
  void on_one_connection_questions_are_answered_in_turn_however_they_come() throws Exception {
    try (Socket socket = connected()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Message question = question("many.service.consul.", Type.SRV);
        ids.add(question.getHeader().getID());
        all.write(framed(question));
      }
      byte[] bytes = all.toByteArray();
      socket.getOutputStream().write(bytes, 0, 1);
      socket.getOutputStream().flush();
      Thread writer =
          new Thread(
              () -> {
                try {
                  socket.getOutputStream().write(bytes, 1, bytes.length - 1);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      writer.start();
      List<Integer> answered = new ArrayList<>();
      for (int i = 0; i < ids.size(); i++) {
        answered.add(read(socket).getHeader().getID());
      }
      assertThat(answered).isEqualTo(ids);
      writer.join();
    }
  }

  @Test
  void connections_are_few() throws Exception {
    try (Socket first = connected();
        Socket second = connected();
        Socket third = connected()) {
      awaitConnections(3);
      try (Socket fourth = connected()) {
        isClosed(fourth);
      }
      first.getOutputStream().write(framed(question("web.service.consul.", Type.A)));
      assertThat(read(first).getSection(Section.ANSWER)).hasSize(2);
    }
    awaitConnections(0);
    try (Socket again = connected()) {
      again.getOutputStream().write(framed(question("web.service.consul.", Type.A)));
      assertThat(read(again).getSection(Section.ANSWER)).hasSize(2);
    }
  }

  private void awaitConnections(int open) {
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> metrics.get("flotilla_dns_connections").gauge().value() == open);
  }

  @Test
  void a_connection_on_which_no_whole_question_comes_is_closed() throws Exception {
    address = server(FreePorts.next(), "1 s");
    try (Socket silent = connected();
        Socket slow = connected()) {
      slow.getOutputStream().write(new byte[] {0, 100, 1});
      isClosed(silent);
      isClosed(slow);
    }
  }

  @Test
  void a_question_that_is_too_long_and_an_answer_end_the_connection() throws Exception {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff});
      isClosed(socket);
    }
    Message answer = question("web.service.consul.", Type.A);
    answer.getHeader().setFlag(Flags.QR);
    try (Socket socket = connected()) {
      socket.getOutputStream().write(framed(answer));
      isClosed(socket);
    }
  }

  @Test
  void noise_harms_nobody() throws Exception {
    Random random = new Random(8600);
    byte[] seed = question("web.service.consul.", Type.SRV).toWire();
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 5_000; i++) {
        byte[] bytes = i % 3 == 0 ? new byte[random.nextInt(1500)] : seed.clone();
        if (i % 3 == 0) {
          random.nextBytes(bytes);
        } else {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        socket.send(new DatagramPacket(bytes, bytes.length, address));
      }
    }
    for (int i = 0; i < 20; i++) {
      try (Socket socket = connected()) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        socket.getOutputStream().write(bytes);
      }
    }
    assertThat(udp(question("web.service.consul.", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    assertThat(metrics.find("flotilla_dns_queries").tag("result", "servfail").timers()).isEmpty();
  }

  @Test
  void a_port_that_is_taken_is_named() {
    assertThatThrownBy(() -> server(address.getPort(), "10 s"))
        .hasMessageContaining("DNS can't be served on 127.0.0.1:" + address.getPort());
  }

  @ParameterizedTest
  @CsvSource({
    "web.service.consul A, 127.0.0.1",
    "web.service.consul SRV, 1 1 80 n1.node.dc1.consul.",
    "v1.web.service.consul A, 127.0.0.1",
    "_web._tcp.service.dc1.consul SRV, 1 1 81 0a000002.addr.dc1.consul.",
    "n2.node.consul A, 127.0.0.2",
    "-x 10.0.0.7, db-7.node.dc1.consul.",
    "consul SOA, n1.node.dc1.consul. hostmaster.consul.",
    "+tcp many.service.consul A, 10.0.0.199",
    "many.service.consul A, 10.0.0.199",
  })
  void dig_finds_it(String arguments, String found) throws Exception {
    assertThat(dig(("+short " + arguments).split(" "))).contains(found);
  }

  @Test
  void dig_sees_nothing_odd() throws Exception {
    String negative = dig("nobody.service.consul");
    assertThat(negative)
        .contains("status: NXDOMAIN", "flags: qr aa rd;", "EDNS: version: 0", "SOA")
        .contains("recursion requested but not available")
        .doesNotContain("malformed")
        .doesNotContain("Warning: Message parser");
    assertThat(dig("example.com")).contains("status: REFUSED");
  }

  private String dig(String... arguments) throws Exception {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v dig").start().waitFor() == 0,
        "dig is not installed");
    List<String> command =
        new ArrayList<>(List.of("dig", "@127.0.0.1", "-p", "" + address.getPort(), "+time=60"));
    command.addAll(List.of(arguments));
    Process dig = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(dig.getInputStream().readAllBytes(), UTF_8);
    assertThat(dig.waitFor(TestPatience.MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    return printed;
  }

  @ParameterizedTest
  @CsvSource({
    "port, 65536",
    "domain, ''",
    "domain, a b",
    "domain, .",
    "service-ttl, 8 days",
    "node-ttl, -1 s",
    "negative-ttl, 169 hours",
    "max-connections, 0",
    "idle-timeout, 11 minutes"
  })
  void a_setting_that_makes_no_sense_is_named(String key, String value) {
    assertThatThrownBy(() -> ZoneFixture.settings(Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("flotilla.dns." + key + ": must be");
  }
}
