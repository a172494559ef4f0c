package io.flotilla.http;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * Buffers are in the heap, where what clients cause is counted, and whatever refers to them no
 * longer is collected. Those into which TLS encrypts are used again instead: each is as large as
 * the largest record, however short the answer is, and Netty gives it back once it is written.
 */
final class Buffers extends AbstractByteBufAllocator {
  static final ByteBufAllocator HEAP = new Buffers();

  /**
   * What Java's TLS wants to have room for, whatever it writes. Netty asks for no other of this
   * size.
   */
  private static final int RECORD_BYTES = 16_709;

  /** Of the pool: few connections write at the same moment. */
  private static final int PAGE_BYTES = 8 << 10;

  private static final int CHUNK_ORDER = 6;

  private final ByteBufAllocator collected = new UnpooledByteBufAllocator(false, true);
  private final ByteBufAllocator reused =
      new PooledByteBufAllocator(false, HttpPort.MAX_LOOPS, 0, PAGE_BYTES, CHUNK_ORDER);

  private Buffers() {
    super(false);
  }

  @Override
  protected ByteBuf newHeapBuffer(int bytes, int most) {
    return (bytes == RECORD_BYTES ? reused : collected).heapBuffer(bytes, most);
  }

  @Override
  protected ByteBuf newDirectBuffer(int bytes, int most) {
    return collected.directBuffer(bytes, most);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
