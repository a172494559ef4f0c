package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.tls.TestCa;
import io.flotilla.tls.TlsTest;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuffersTest {
  /** In a thread as those of the event loops: others have no buffers of their own. */
  private static byte[][] twoOf(IntSupplier bytes) throws Exception {
    CompletableFuture<byte[][]> arrays = new CompletableFuture<>();
    Thread loop =
        new FastThreadLocalThread(
            () -> arrays.complete(new byte[][] {array(bytes), array(bytes)}), "loop");
    loop.start();
    return arrays.get(60, TimeUnit.SECONDS);
  }

  private static byte[] array(IntSupplier bytes) {
    ByteBuf buffer = Buffers.HEAP.buffer(bytes.getAsInt());
    try {
      return buffer.array();
    } finally {
      buffer.release();
    }
  }

  @Test
  void whatTlsEncryptsIntoIsUsedAgain(@TempDir Path directory) throws Exception {
    TestCa ca = new TestCa(directory.resolve("ca"));
    SSLEngine server = ca.tls("n1").serving();
    SSLEngine client = ca.tls("n2").dialling();
    TlsTest.shakeHands(client, server);
    byte[][] arrays = twoOf(() -> server.getSession().getPacketBufferSize());
    assertThat(arrays[0]).isSameAs(arrays[1]).hasSizeGreaterThan(1 << 17);
  }

  @Test
  void whatIsReadIntoIsLeftToTheCollector() throws Exception {
    for (int bytes : new int[] {2048, Line.READ_BYTES, 2 * Line.READ_BYTES}) {
      byte[][] arrays = twoOf(() -> bytes);
      assertThat(arrays[0]).isNotSameAs(arrays[1]).hasSize(bytes);
    }
  }
}
