package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.Seed;
import io.flotilla.tls.TestCa;
import io.flotilla.tls.TlsTest;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Whom a node takes for the one that it has dialled. */
class ArteryTlsTest {
  private static final String HOST = "127.0.0.1";

  @TempDir Path directory;

  private Option<Throwable> dialled(int port, String answers) throws Exception {
    TestCa ca = new TestCa(directory.resolve("ca"));
    ArteryTls n1 = new ArteryTls(ca.tls("n1"));
    n1.expect(() -> List.of(Seed.parse("n2@127.0.0.1:8301:8401")));
    SSLEngine client = n1.createClientSSLEngine(HOST, port);
    SSLEngine server = new ArteryTls(ca.tls(answers)).createServerSSLEngine(HOST, port);
    TlsTest.shakeHands(client, server);
    return n1.verifyClientSession(HOST, client.getSession());
  }

  @Test
  void whoeverIsAtAMembersAddressMustBeThatMember() throws Exception {
    assertThat(dialled(8301, "n2").isEmpty()).isTrue();
    assertThat(dialled(8301, "n3").get()).hasMessage("node n3 is there, and not n2");
  }

  @Test
  void atAnAddressOfNobodyAnyNodeMayBe() throws Exception {
    assertThat(dialled(8302, "n3").isEmpty()).isTrue();
  }
}
